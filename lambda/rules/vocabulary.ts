/** What an expression may speak of. A word that its context can never hold is found at synth. */
import jsonata from 'jsonata';
import { personSchema, ticketSchema } from '../event.ts';
import { bodyOf } from '../expression.ts';

/** The words of a context; behind a word, those of its own where they are a closed set. */
export type Words = Readonly<Record<string, readonly string[] | undefined>>;

/** A rule sees the event. */
export const EVENT_WORDS: Words = {
  id: undefined,
  source: undefined,
  type: undefined,
  subject: undefined,
  time: undefined,
  person: personSchema.keyof().options,
  ticket: ticketSchema.keyof().options,
  payload: undefined,
};

/** A source's mapping sees what the sender sent. */
export const MAPPING_WORDS: Words = { body: undefined };

/** The mapping of an `eventbridge` source sees EventBridge's envelope. */
export const ENVELOPE_WORDS: Words = {
  version: undefined,
  id: undefined,
  'detail-type': undefined,
  source: undefined,
  account: undefined,
  time: undefined,
  region: undefined,
  resources: undefined,
  detail: undefined,
};

const words = (node: jsonata.ExprNode): string[] =>
  (node.steps ?? [node]).flatMap((step) =>
    step.type === 'name' && typeof step.value === 'string' ? [step.value] : [],
  );

/** The parts of a node that see the event itself; filters, later steps and function bodies see something else. */
const sameContext = (node: jsonata.ExprNode): jsonata.ExprNode[] => {
  const found: jsonata.ExprNode[] = [];
  const add = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(add);
    else if (isNode(part)) found.push(part);
  };
  if (node.type === 'lambda' || node.steps) return found;
  for (const part of [node.arguments, node.expressions, node.lhs, node.rhs, ...branches(node)]) add(part);
  return found;
};

const isNode = (part: unknown): part is jsonata.ExprNode =>
  typeof part === 'object' && part !== null && 'type' in part && typeof part.type === 'string';

const branches = (node: object): unknown[] =>
  ['condition', 'then', 'else', 'expression'].flatMap((key) => {
    const part: unknown = Object.getOwnPropertyDescriptor(node, key)?.value;
    return part === undefined ? [] : [part];
  });

const inspect = (node: jsonata.ExprNode, known: Words): string | undefined => {
  const [first, second] = words(
    node.steps?.[0]?.type === 'name' || node.type === 'name' ? node : { type: 'value' },
  );
  if (first !== undefined) {
    if (!Object.hasOwn(known, first))
      return `"${first}" is not known here: ${Object.keys(known).join(', ')} ${Object.keys(known).length === 1 ? 'is' : 'are'}`;
    const fields = known[first];
    if (fields && second !== undefined && node.steps?.[1]?.type === 'name' && !fields.includes(second))
      return `${first} has no "${second}": it may have ${fields.join(', ')}`;
    return undefined;
  }
  for (const part of sameContext(node)) {
    const problem = inspect(part, known);
    if (problem) return problem;
  }
  return undefined;
};

/** A sentence on the first word of an expression that no event has, or undefined. */
export const unknownWord = (text: string, known: Words): string | undefined =>
  inspect(jsonata(bodyOf(text)).ast(), known);
