/** Loads and checks onqueue.yaml. A mistake stops the synth with file, line, column and what would be right. */
import { readFileSync } from 'node:fs';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type * as z from 'zod';
import { configurationSchema } from '../lambda/configuration.ts';
import type { Configuration } from '../lambda/configuration.ts';
import { inPlainWords } from './plain-words.ts';

/** onqueue.yaml is not what it should be; `problems` has one line for each mistake. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * @param file where onqueue.yaml lies; problems name it as it is given
 * @throws ConfigurationError with every problem, each as `onqueue.yaml:LINE:COLUMN path.to.field: what is wrong`.
 *   (What ties several fields together, as a rule's sources, is looked at once each field by itself is in order.)
 */
export const loadConfiguration = (file: string): Configuration => {
  const text = read(file);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };

  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    // One slip makes the parser stumble over the rest of its line: the first fault of a line tells.
    const firsts = new Map(
      faults.toReversed().map((fault) => [lines.linePos(fault.pos[0]).line, fault] as const),
    );
    throw new ConfigurationError(
      [...firsts.values()]
        .toSorted((a, b) => a.pos[0] - b.pos[0])
        .map((fault) => `${at(fault.pos[0])} is not YAML: ${fault.message}`),
    );
  }
  if (document.contents === null)
    throw new ConfigurationError([`${at(0)} is empty: netsapiens, alarms, sources and rules are wanted`]);

  const result = configurationSchema.safeParse(plainData(document, at), { error: inPlainWords });
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => problemsOf(issue, []))
    .map((problem) => ({ ...problem, ...locate(document, problem) }))
    .toSorted((a, b) => a.offset - b.offset)
    .map(
      ({ path, message, offset, value }) =>
        `${at(offset)} ${pathText(path)}: ${withValue(message, path, value)}`,
    );
  throw new ConfigurationError([...new Set(problems)]);
};

const read = (file: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const why = error instanceof TypeError ? 'is not UTF-8 text' : `cannot be read: ${messageOf(error)}`;
    throw new ConfigurationError([`${file} ${why}`]);
  }
};

/** The document as JSON has it; an alias that names no anchor, or itself, is found here. */
const plainData = (document: Document, at: (offset: number) => string): unknown => {
  try {
    return JSON.parse(JSON.stringify(document.toJS()));
  } catch (error) {
    throw new ConfigurationError([
      `${at(0)} holds an alias (*) that cannot be followed: ${messageOf(error)}`,
    ]);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The last step of the path is a key that is wrong by itself. */
  readonly key?: boolean;
}

const problemsOf = (issue: z.core.$ZodIssue, parent: readonly PropertyKey[]): Problem[] => {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const sentences = issue.message.split('\n');
    return issue.keys.map((key, i) => ({
      path: [...path, key],
      key: true,
      message: sentences[i] ?? issue.message,
    }));
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => ({ path, key: true, message }));
  if (issue.code === 'invalid_union') {
    // The one form whose keys are those that were written is the one that was meant.
    const [meant, other] = issue.errors.filter((form) => form.every((nested) => nested.path.length > 0));
    if (meant && !other) return meant.flatMap((nested) => problemsOf(nested, path));
  }
  return [{ path, message: issue.message }];
};

interface Located {
  readonly offset: number;
  /** The scalar that was written there. */
  readonly value?: unknown;
  readonly message: string;
}

/** A scalar is pointed at itself, a list or a mapping at its key, and what is missing at that of its parent. */
const locate = (document: Document, { path, key = false, message }: Problem): Located => {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, step] of path.entries()) {
    const parent = isAlias(node) ? node.resolve(document) : node;
    const pair = isMap(parent)
      ? parent.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step))
      : undefined;
    node = pair ? pair.value : isSeq(parent) && typeof step === 'number' ? parent.items[step] : undefined;
    if (node === undefined) return { offset, message: `${String(step)} is missing: ${message}` };
    offset = startOf(pair?.key ?? node);
    if (depth === path.length - 1 && isScalar(node) && node.value !== null && !key)
      return { offset: startOf(node), value: node.value, message };
  }
  return { offset, message };
};

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);

const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) =>
      typeof step === 'number'
        ? `[${step}]`
        : /^[\w-]+$/.test(String(step))
          ? `.${String(step)}`
          : `.${JSON.stringify(step)}`,
    )
    .join('')
    .replace(/^\./, '') || 'the file';

/** Adds what was written, save under `auth`: someone may have put the key itself there. */
const withValue = (message: string, path: readonly PropertyKey[], value: unknown): string => {
  const written = JSON.stringify(value);
  return value === undefined || !message.startsWith('must') || path.includes('auth') || written.length > 80
    ? message
    : `${message}, here: ${written}`;
};
