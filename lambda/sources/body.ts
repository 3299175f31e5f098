/** Nothing that HR or a ticket sends is nested this deep; much deeper, it could not be written as JSON again. */
const MAX_DEPTH = 100;

/** The body cannot be read at all: the request is answered 400. The message never repeats what was sent. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/** @throws UnreadableBody */
export const readJson = (bytes: Uint8Array): unknown => {
  const body = parse(bytes);
  if (isTooDeep(body))
    throw new UnreadableBody(`the JSON must not be nested deeper than ${MAX_DEPTH} levels`);
  return body;
};

const parse = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the text, so it goes no further.
    throw new UnreadableBody('the body must be JSON, written in UTF-8');
  }
};

/** Level by level and without recursion: the depth is the sender's choice. */
const isTooDeep = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH; depth += 1) {
    level = level.flatMap((item): unknown[] =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
};
