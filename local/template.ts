/** Reads a synthesised CloudFormation template: what the stack says about the parts that a run stands in for. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ACCOUNT, REGION } from './aws/account.ts';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });

export type Template = z.infer<typeof templateSchema>['Resources'];

export const readTemplate = (file: string): Template =>
  templateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).Resources;

/** The properties of all resources of a type, by logical id. */
export const resourcesOf = <Properties>(
  template: Template,
  type: string,
  schema: z.ZodType<Properties>,
): (Properties & { readonly logicalId: string })[] =>
  Object.entries(template)
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => {
      const properties = schema.safeParse(resource.Properties);
      if (!properties.success)
        throw new Error(`${logicalId} (${type}): ${z.prettifyError(properties.error)}`);
      return { ...properties.data, logicalId };
    });

const refSchema = z.strictObject({ Ref: z.string() });
const getAttSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** What a stand-in answers for a resource: `Ref`, and attributes as `Arn`. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * @param where what the value is for, for the error's message
 * @throws Error that names a reference without a stand-in
 */
export const resolve = (value: unknown, known: Attributes, where: string): string => {
  if (typeof value === 'string') return value;
  const join = joinSchema.safeParse(value).data?.['Fn::Join'];
  if (join) return join[1].map((part) => resolve(part, known, where)).join(join[0]);
  const ref = refSchema.safeParse(value).data?.Ref;
  const [id, attribute] = getAttSchema.safeParse(value).data?.['Fn::GetAtt'] ?? [ref, 'Ref'];
  const found = id === undefined ? undefined : (known[id]?.[attribute] ?? (ref && PSEUDO[ref]));
  if (found === undefined)
    throw new Error(`${where}: ${JSON.stringify(value)} has no stand-in on one machine`);
  return found;
};

/** The logical id behind a `Ref` or an `Fn::GetAtt`. */
export const referred = (value: unknown): string | undefined =>
  refSchema.safeParse(value).data?.Ref ?? getAttSchema.safeParse(value).data?.['Fn::GetAtt'][0];
