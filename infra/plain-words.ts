/** zod's issues in words for whoever edits onqueue.yaml. The schema's own sentences, where it has some, go first. */
import * as z from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
};

/** Of several unrecognized keys each has its own line. */
export const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.length > 1 ? 'one of: ' : ''}${issue.values.join(', ')}`;
  if (issue.code === 'too_small')
    return issue.origin === 'string' ? 'must not be empty' : `must be at least ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `must be at most ${issue.maximum}${issue.origin === 'string' ? ' characters long' : ''}`;
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(issue.inst);
    return issue.keys.map((key) => notKnown(key, known)).join('\n');
  }
  return undefined;
};

const keysOf = (schema: unknown): readonly string[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  return schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum
    ? schema.keyType.options.map(String)
    : [];
};

const notKnown = (key: string, known: readonly string[]): string => {
  const near = known.find((candidate) => isSlipOf(key.toLowerCase(), candidate.toLowerCase()));
  const all = known.length === 0 ? 'nothing is' : `${known.join(', ')} ${known.length === 1 ? 'is' : 'are'}`;
  return near ? `is not known; ${near} is meant?` : `is not known here: ${all}`;
};

/** One or two characters too many, too few or exchanged. */
const isSlipOf = (a: string, b: string): boolean => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++)
      next.push(
        Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (b[j - 1] === a[i] ? 0 : 1)),
      );
    row = next;
  }
  return (row[b.length] ?? Infinity) <= Math.min(2, Math.floor(b.length / 3));
};
