/** Bodies for property tests: any at all, and what a known one becomes when parts of it are exchanged. */
import fc from 'fast-check';
import { readBody, UnreadableBody } from '../../lambda/sources/body.ts';
import { mediaTypeOf } from '../../lambda/sources/request.ts';
import type { SignedRequest } from '../../lambda/sources/request.ts';

const NASTY = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'id', 'type', 'value'];

const leaf = fc.oneof(
  fc.constantFrom(null, true, '', ' ', 'Updated', '2026-02-31T00:00:00Z', '2026-01-31T18:42:00Z', 9e15, -1),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
);

const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  // As text, because an object literal takes `__proto__` for something else.
  map: fc
    .array(fc.tuple(fc.constantFrom(...NASTY), tie('value')), { maxLength: 5 })
    .map((entries): unknown =>
      JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`),
    ),
}));

export const anyBody: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array(),
  fc.string().map((text) => Buffer.from(text)),
  anyValue.map((value) => Buffer.from(JSON.stringify(value))),
);

type Path = readonly (string | number)[];

const pathsIn = (value: unknown, path: Path = []): Path[] => [
  path,
  ...(Array.isArray(value)
    ? value.flatMap((item: unknown, i) => pathsIn(item, [...path, i]))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))
      : []),
];

const GONE = Symbol('gone');

const exchanged = (value: unknown, [step, ...rest]: Path, by: unknown): unknown => {
  if (step === undefined) return by;
  const part = (key: string | number, item: unknown): [string | number, unknown][] => {
    const next = key === step ? exchanged(item, rest, by) : item;
    return next === GONE ? [] : [[key, next]];
  };
  if (Array.isArray(value)) return value.flatMap((item: unknown, i) => part(i, item).map(([, next]) => next));
  if (typeof value !== 'object' || value === null) return value;
  // Not by assignment: `__proto__` is a key like any other here.
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => part(key, item)));
};

/** The payload with up to three of its parts exchanged, removed, or put in the place of others. */
export const changed = (payload: unknown): fc.Arbitrary<unknown> => {
  const paths = pathsIn(payload);
  const change = fc.tuple(fc.constantFrom(...paths), fc.oneof(anyValue, fc.constant(GONE)));
  return fc
    .array(change, { maxLength: 3 })
    .map((changes) => changes.reduce((value, [path, by]) => exchanged(value, path, by), payload))
    .map((value) => (value === GONE ? null : value));
};

/** The body as a reader sees it, or the text that it is. */
export const payloadOf = (request: SignedRequest): unknown => {
  try {
    return readBody(request);
  } catch (error) {
    if (!(error instanceof UnreadableBody)) throw error;
    return new TextDecoder().decode(request.body);
  }
};

/** The payload in the request's own form. */
export const encoded = (request: SignedRequest, payload: unknown): Uint8Array => {
  if (mediaTypeOf(request) !== 'application/x-www-form-urlencoded')
    return Buffer.from(JSON.stringify(payload));
  const fields = typeof payload === 'object' && payload !== null ? Object.entries(payload) : [['', payload]];
  const texts = fields.map(([name, value]): [string, string] => [
    String(name),
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return Buffer.from(new URLSearchParams(texts).toString());
};
