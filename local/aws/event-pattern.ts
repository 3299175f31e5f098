/**
 * EventBridge's event patterns, as the EventBridge User Guide describes them ("Comparison operators for use in event
 * patterns"): every field of the pattern must match, by any one of its values.
 */
import { BlockList, isIP } from 'node:net';

/** The pattern is not one that EventBridge takes; the message names the field. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

export type Matches = (event: unknown) => boolean;

type Leaf = string | number | boolean | null;
type Test = (value: Leaf) => boolean;

/** @throws PatternError */
export const compilePattern = (pattern: unknown): Matches => {
  if (!isObject(pattern) || Object.keys(pattern).length === 0)
    throw new PatternError('the pattern must be an object with at least one field');
  return compileObject(pattern, []);
};

type Path = readonly string[];

const fault = (path: Path, message: string): PatternError =>
  new PatternError(`${path.join('.')}: ${message}`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isLeaf = (value: unknown): value is Leaf =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

const compileObject = (pattern: Readonly<Record<string, unknown>>, path: Path): Matches => {
  const parts = Object.entries(pattern).map(([key, part]): Matches => {
    const here = [...path, key];
    if (key === '$or') return compileOr(part, here, path);
    const matches = compileField(part, here);
    return (value) => matches(isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
  });
  const all: Matches = (value) => parts.every((matches) => matches(value));
  // Of an array of objects, one and the same must match: EventBridge does not mix them.
  return (value) => {
    const elements = elementsOf(value);
    return elements.length === 0 ? all(undefined) : elements.some(all);
  };
};

const compileOr = (part: unknown, path: Path, parent: Path): Matches => {
  if (!Array.isArray(part) || part.length < 2)
    throw fault(path, 'must be an array of two patterns at the least');
  const either = part.map((option: unknown) => {
    if (!isObject(option)) throw fault(path, 'must be an array of objects');
    return compileObject(option, parent);
  });
  return (value) => either.some((matches) => matches(value));
};

const compileField = (part: unknown, path: Path): Matches => {
  if (isObject(part)) {
    if (Object.keys(part).length === 0) throw fault(path, 'must not be empty');
    return compileObject(part, path);
  }
  if (!Array.isArray(part) || part.length === 0)
    throw fault(path, 'must be an array of values and filters, as ["a", { "prefix": "b" }], or an object');
  const present: Test[] = [];
  let absent = false;
  for (const option of part) {
    const exists = existsOf(option, path);
    if (exists === false) absent = true;
    else present.push(exists ? () => true : compileTest(option, path));
  }
  return (value) => {
    const leaves = leavesOf(value);
    return leaves.length === 0 ? absent : leaves.some((leaf) => present.some((test) => test(leaf)));
  };
};

/** The elements of an array, those of arrays in it included; no recursion: an event may nest them as deep as it likes. */
const elementsOf = (value: unknown): unknown[] => {
  const found: unknown[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (!Array.isArray(next)) found.push(next);
    else for (const element of next) open.push(element);
  }
  return found;
};

/** Filters see leaves only: for them, an object is not there. */
const leavesOf = (value: unknown): Leaf[] => elementsOf(value).filter(isLeaf);

const existsOf = (option: unknown, path: Path): boolean | undefined => {
  if (!isObject(option) || !Object.hasOwn(option, 'exists')) return undefined;
  const { exists } = option;
  if (typeof exists !== 'boolean') throw fault(path, 'exists must be true or false');
  return exists;
};

const compileTest = (option: unknown, path: Path): Test => {
  if (isLeaf(option)) return (value) => value === option;
  if (!isObject(option)) throw fault(path, 'an array in an array is no filter');
  const [filter, ...more] = Object.entries(option);
  if (!filter || more.length > 0) throw fault(path, 'a filter has exactly one key, as { "prefix": "a" }');
  const [name, operand] = filter;
  return name === 'anything-but' ? compileAnythingBut(operand, path) : compileFilter(name, operand, path);
};

const compileFilter = (name: string, operand: unknown, path: Path): Test => {
  switch (name) {
    case 'prefix':
      return compileAffix(name, operand, path, (value, affix) => value.startsWith(affix));
    case 'suffix':
      return compileAffix(name, operand, path, (value, affix) => value.endsWith(affix));
    case 'equals-ignore-case': {
      const wanted = textOf(name, operand, path).toLowerCase();
      return onText((value) => value.toLowerCase() === wanted);
    }
    case 'wildcard':
      return compileWildcard(textOf(name, operand, path), path);
    case 'numeric':
      return compileNumeric(operand, path);
    case 'cidr':
      return compileCidr(textOf(name, operand, path), path);
    default:
      throw fault(path, `"${name}" is no filter of EventBridge`);
  }
};

const textOf = (name: string, operand: unknown, path: Path): string => {
  if (typeof operand !== 'string') throw fault(path, `${name} takes a text`);
  return operand;
};

const onText =
  (test: (value: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const compileAffix = (
  name: string,
  operand: unknown,
  path: Path,
  has: (value: string, affix: string) => boolean,
): Test => {
  if (!isObject(operand)) {
    const affix = textOf(name, operand, path);
    return onText((value) => has(value, affix));
  }
  const affix = textOf(`${name} equals-ignore-case`, operand['equals-ignore-case'], path).toLowerCase();
  return onText((value) => has(value.toLowerCase(), affix));
};

/** `*` is any text; `\*` and `\\` are the characters themselves. */
const compileWildcard = (text: string, path: Path): Test => {
  const pieces = [''];
  for (const [token] of text.matchAll(/\\[\s\S]?|[\s\S]/g)) {
    if (token === '*') pieces.push('');
    else if (token.startsWith('\\') && !['\\*', '\\\\'].includes(token))
      throw fault(path, 'wildcard: "\\" stands before "*" or "\\" only');
    else pieces.push(`${pieces.pop() ?? ''}${token.slice(-1)}`);
  }
  if (pieces.slice(1, -1).includes('')) throw fault(path, 'wildcard: "**" is not allowed');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return onText((value) => value === first);
  return onText((value) => {
    if (!value.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = value.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return value.length - last.length >= at && value.endsWith(last);
  });
};

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

const compileNumeric = (operand: unknown, path: Path): Test => {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4))
    throw fault(path, 'numeric takes one or two comparisons, as [">", 0, "<=", 5]');
  const bounds: Test[] = [];
  for (let i = 0; i < operand.length; i += 2) {
    const operator: unknown = operand[i];
    const bound: unknown = operand[i + 1];
    const compare =
      typeof operator === 'string' && Object.hasOwn(COMPARISONS, operator)
        ? COMPARISONS[operator]
        : undefined;
    if (!compare) throw fault(path, 'numeric compares by =, <, <=, > or >=');
    if (typeof bound !== 'number') throw fault(path, 'numeric compares with a number');
    bounds.push((value) => typeof value === 'number' && compare(value, bound));
  }
  return (value) => bounds.every((test) => test(value));
};

const compileCidr = (text: string, path: Path): Test => {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const range = new BlockList();
  try {
    range.addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : NaN, family);
  } catch {
    throw fault(path, 'cidr takes an address range, as "10.0.0.0/24"');
  }
  return onText((value) => isIP(value) !== 0 && range.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4'));
};

/** One value or a list of them; or one of the filters below over one text or a list of them. */
const compileAnythingBut = (operand: unknown, path: Path): Test => {
  const tests = isObject(operand)
    ? negatedFilters(operand, path)
    : listOf(operand).map((value) => exactly(value, path));
  if (tests.length === 0) throw fault(path, 'anything-but takes at least one value');
  return (value) => !tests.some((test) => test(value));
};

const NEGATABLE: readonly string[] = ['prefix', 'suffix', 'equals-ignore-case', 'wildcard'];

const negatedFilters = (operand: Readonly<Record<string, unknown>>, path: Path): Test[] => {
  const [filter, ...more] = Object.entries(operand);
  if (!filter || more.length > 0 || !NEGATABLE.includes(filter[0]))
    throw fault(path, `anything-but takes values or one of ${NEGATABLE.join(', ')}`);
  const [name, values] = filter;
  return listOf(values).map((value) => compileFilter(name, value, path));
};

const exactly = (wanted: unknown, path: Path): Test => {
  if (typeof wanted !== 'string' && typeof wanted !== 'number')
    throw fault(path, 'anything-but takes texts and numbers');
  return (value) => value === wanted;
};

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
