/** EventBridge's input transformers, as far as JSON templates with unquoted placeholders go. */

export interface InputTransformer {
  /** From a placeholder's name to its path in the event, as `$.detail-type`. */
  readonly InputPathsMap: Readonly<Record<string, string>>;
  /** JSON, but for placeholders, as `<detail>`. */
  readonly InputTemplate: string;
}

/** `$`, or steps by name: `$.detail.employee`. */
const PATH = /^\$(?:\.[A-Za-z0-9_-]+)*$/;
const PLACEHOLDER = /<([A-Za-z0-9_.]+)>/g;

/** @throws Error where the template asks for what is not done here; found at the start, not at the first event */
export const compileInput = ({ InputPathsMap: paths, InputTemplate: template }: InputTransformer) => {
  for (const [name, path] of Object.entries(paths))
    if (!PATH.test(path))
      throw new Error(`input path ${name}: ${path} is no path of names, as $.detail-type`);
  for (const [placeholder, name = ''] of template.matchAll(PLACEHOLDER))
    if (!Object.hasOwn(paths, name)) throw new Error(`input template: ${placeholder} has no input path`);

  const transform = (envelope: unknown): unknown =>
    JSON.parse(
      template.replace(PLACEHOLDER, (_, name: string) =>
        JSON.stringify(follow(envelope, paths[name] ?? '$')),
      ),
    );
  try {
    transform({});
  } catch (error) {
    throw new Error('input template: is not JSON once the placeholders are filled', { cause: error });
  }
  return transform;
};

/** null where the event has no such field. */
const follow = (envelope: unknown, path: string): unknown => {
  let value: unknown = envelope;
  for (const step of path.split('.').slice(1))
    value =
      typeof value === 'object' && value !== null
        ? (Object.getOwnPropertyDescriptor(value, step)?.value ?? null)
        : null;
  return value ?? null;
};
