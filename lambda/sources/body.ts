/** Reads what a sender wrote, JSON or a form, and its parts. */
import { isRecord } from '../json.ts';
import { mediaTypeOf } from './request.ts';
import type { SignedRequest } from './request.ts';

/** Nothing that HR or a ticket sends is nested this deep; much deeper, it could not be written as JSON again. */
const MAX_DEPTH = 100;

/** The body cannot be read at all: the request is answered 400. The message never repeats what was sent. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/** @throws UnreadableBody */
export const readJson = (bytes: Uint8Array): unknown => {
  const body = parse(readText(bytes));
  if (isTooDeep(body))
    throw new UnreadableBody(`the JSON must not be nested deeper than ${MAX_DEPTH} levels`);
  return body;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws UnreadableBody */
export const readText = (bytes: Uint8Array): string => {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new UnreadableBody('the body must be written in UTF-8');
  }
};

const isForm = (request: SignedRequest): boolean =>
  mediaTypeOf(request) === 'application/x-www-form-urlencoded';

/** JSON, or where the content type says so, a form as a map of texts; of a field that comes twice, the last. */
export const readBody = (request: SignedRequest): unknown =>
  isForm(request)
    ? Object.fromEntries<unknown>(new URLSearchParams(readText(request.body)))
    : readJson(request.body);

/** The same for whoever asks before the request is known to be authentic: undefined instead of an error. */
export const peek = (request: SignedRequest): unknown => unlessUnreadable(() => readBody(request));

/** JSON inside a field, or undefined. */
export const peekJson = (text: string): unknown => unlessUnreadable(() => readJson(Buffer.from(text)));

const unlessUnreadable = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableBody) return undefined;
    throw error;
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    throw new UnreadableBody('the body must be JSON');
  }
};

/** A list or a map. */
type Nest = Readonly<Record<string, unknown>>;
const isNest = (value: unknown): value is Nest => typeof value === 'object' && value !== null;

/** Level by level and without recursion: the depth is the sender's choice. */
const isTooDeep = (value: unknown): boolean => {
  let level = [value].filter(isNest);
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (level.length === 0) return false;
    const next: Nest[] = [];
    for (const nest of level) for (const item of Object.values(nest)) if (isNest(item)) next.push(item);
    level = next;
  }
  return level.length > 0;
};

/** A property of the value itself: the sender chooses the keys, and `toString` is one of them. */
export const own = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The value without what tells one sending of it from the next, or is nobody's to read. */
export const without = (value: unknown, ...keys: readonly string[]): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : value;

/** Text, or undefined for everything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
