/** What holds for every sender, from its known answers: `NAME.known.ts` for each `type:` of onqueue.yaml. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { authSchema } from '../../lambda/configuration.ts';
import { isQueuedEvent } from '../../lambda/event.ts';
import { UnreadableBody } from '../../lambda/sources/body.ts';
import { presetOf } from '../../lambda/sources/presets.ts';
import { headerOf, queryOf } from '../../lambda/sources/request.ts';
import type { SignedRequest } from '../../lambda/sources/request.ts';
import { listOf, signedOf } from '../../lambda/sources/scheme.ts';
import type { Scheme } from '../../lambda/sources/scheme.ts';
import { isUsableKey, verify } from '../../lambda/sources/signature.ts';
import type { Refusal } from '../../lambda/sources/signature.ts';
import { readEvents, schemesOf, usableKeys } from '../../lambda/sources/source.ts';
import { AUTH_TYPES, OPTION_TYPES, PLAIN_TYPES } from '../../lambda/sources/types.ts';
import { anyBody, changed, encoded, payloadOf } from './any-body.ts';
import type { Known } from './known.ts';
import { at } from './request.ts';

const TYPES = [...PLAIN_TYPES, ...AUTH_TYPES, ...OPTION_TYPES];

const rowsOf = async (type: string): Promise<readonly Known[]> => {
  const { default: rows } = (await import(`./${type}.known.ts`)) as { default: readonly Known[] };
  return rows;
};

const SENDERS = await Promise.all(TYPES.map(async (type) => ({ type, rows: await rowsOf(type) })));
const KNOWN = SENDERS.flatMap(({ type, rows }) =>
  rows.map((known) => ({ name: `${type}: ${known.title}`, ...known })),
);

const receivedAt = new Date('2026-02-01T00:00:00Z');
const read = ({ source }: Known, request: SignedRequest) => readEvents('any', source, request, receivedAt);

test.each(SENDERS)('$type has known answers, of its own type', ({ type, rows }) => {
  expect(rows.map(({ source }) => source.type)).toEqual(rows.map(() => type));
  expect(rows).not.toHaveLength(0);
});

/** The one scheme that the key is for, as the request says it. */
const schemeOf = ({ source, key, request }: Known): Scheme => {
  const usable = listOf(schemesOf(source)).filter((scheme) => isUsableKey(scheme, key));
  const [scheme] = usable.filter((one) => {
    const header = signedOf(one)?.header;
    return header === undefined || headerOf(request, header) !== undefined;
  });
  if (!scheme) throw new Error('the key of a known answer is none');
  return scheme;
};

const verdictOf = ({ source, key, seconds = 0 }: Known, request: SignedRequest, later = 0, keys = [key]) =>
  verify(schemesOf(source), request, usableKeys(source, keys), at(seconds + later));

const refused = (why: Refusal) => ({ ok: false, why });

const withHeader = (request: SignedRequest, name: string, value: string | undefined): SignedRequest => ({
  ...request,
  headers: { ...request.headers, [name.toLowerCase()]: value },
});

/** Another text of the same alphabet and length. */
const altered = (text: string, index = text.length >> 1): string => {
  const at = text.slice(index).search(/[A-Za-z0-9]/) + index;
  const to = text[at] === 'a' ? 'b' : text[at] === '1' ? '2' : /[0-9]/.test(text[at] ?? '') ? '1' : 'a';
  return `${text.slice(0, at)}${to}${text.slice(at + 1)}`;
};

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  Uint8Array.from(bytes, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe.each(KNOWN)('$name', (known) => {
  const { source, key, request, events } = known;
  const scheme = schemeOf(known);
  const signed = signedOf(scheme);

  it('is accepted, and read', async () => {
    expect(verdictOf(known, request)).toEqual({ ok: true });
    expect(await read(known, request)).toMatchObject(events);
  });

  it('is accepted by either of two keys', () => {
    expect(verdictOf(known, request, 0, [altered(key), key])).toEqual({ ok: true });
    expect(verdictOf(known, request, 0, [key, altered(key)])).toEqual({ ok: true });
  });

  it.each([[[]], [['']], [[' ']], [[`${key}\n`]], [[altered(key)]], [[altered(key, 1)]]])(
    'is refused by the keys %j',
    (keys) => {
      expect(verdictOf(known, request, 0, keys)).toEqual(refused('signature-mismatch'));
    },
  );

  if (signed) {
    const header = headerOf(request, signed.header) ?? '';
    const cases: [string, Refusal, SignedRequest, later?: number][] = [
      ['no signature', 'signature-missing', withHeader(request, signed.header, undefined)],
      ['an empty signature', 'signature-missing', withHeader(request, signed.header, '')],
      ['a signature that is none', 'signature-malformed', withHeader(request, signed.header, '!')],
      ['no body', 'signature-mismatch', { ...request, body: new Uint8Array() }],
      ['another signature', 'signature-mismatch', withHeader(request, signed.header, altered(header))],
    ];
    if (signed.signed.includes('{url}'))
      cases.push(['another URL', 'signature-mismatch', { ...request, url: `${request.url}/` }]);
    if (signed.signed.includes('{method}'))
      cases.push(['another method', 'signature-mismatch', { ...request, method: 'PUT' }]);
    const { id, timestamp } = signed;
    if (id !== undefined)
      cases.push(
        ['another id', 'signature-mismatch', withHeader(request, id, altered(headerOf(request, id) ?? ''))],
        ['no id', 'id-missing', withHeader(request, id, undefined)],
      );
    if (timestamp)
      cases.push(
        ['a time too long ago', 'stale', request, timestamp.tolerance + 1],
        ['a time too far ahead', 'future', request, -timestamp.tolerance - 1],
      );
    if (timestamp?.header !== undefined) {
      const given = headerOf(request, timestamp.header) ?? '';
      cases.push(
        [
          'another time',
          'signature-mismatch',
          withHeader(request, timestamp.header, altered(given, given.length - 2)),
        ],
        ['no time', 'timestamp-missing', withHeader(request, timestamp.header, undefined)],
        ['a time that is none', 'timestamp-malformed', withHeader(request, timestamp.header, 'soon')],
      );
    }
    it.each(cases)('with %s: %s', (_, why, given, later) => {
      expect(verdictOf(known, given, later)).toEqual(refused(why));
    });

    it('with any bit of the body flipped is refused', () => {
      fc.assert(
        fc.property(fc.nat({ max: request.body.length * 8 - 1 }), (bit) => {
          const body = flipped(request.body, bit);
          expect(verdictOf(known, { ...request, body })).toEqual(refused('signature-mismatch'));
        }),
      );
    });

    if (timestamp)
      it('is fresh to the second', () => {
        expect(verdictOf(known, request, timestamp.tolerance)).toEqual({ ok: true });
        expect(verdictOf(known, request, -timestamp.tolerance)).toEqual({ ok: true });
      });
  } else if ('items' in scheme) {
    it('with another secret is refused', () => {
      const body = new TextDecoder().decode(request.body);
      const last = body.lastIndexOf(key);
      const given = `${body.slice(0, last)}${altered(key)}${body.slice(last + key.length)}`;
      expect(verdictOf(known, { ...request, body: Buffer.from(given) })).toEqual(
        refused('signature-mismatch'),
      );
      const without = Buffer.from(body.replaceAll(`"${scheme.items.field}"`, '"other"'));
      expect(verdictOf(known, { ...request, body: without })).toEqual(refused('signature-malformed'));
    });
  } else if ('query' in scheme) {
    it('with another secret is refused', () => {
      const { name } = scheme.query;
      const value = queryOf(request, name) ?? '';
      const url = request.url.replace(value, altered(value));
      expect(verdictOf(known, { ...request, url })).toEqual(refused('signature-mismatch'));
      expect(verdictOf(known, { ...request, url: request.url.replace(name, 'other') })).toEqual(
        refused('signature-missing'),
      );
    });
  } else {
    it('with another secret is refused', () => {
      const name = 'header' in scheme ? scheme.header.name : 'authorization';
      const value = headerOf(request, name) ?? '';
      const another = altered(value, value.length - 5);
      expect(verdictOf(known, withHeader(request, name, another))).toEqual(refused('signature-mismatch'));
      expect(verdictOf(known, withHeader(request, name, ''))).toEqual(refused('signature-missing'));
      expect(verdictOf(known, withHeader(request, name, undefined))).toEqual(refused('signature-missing'));
    });
  }

  // What an operator can say is all of `hmac` but a time inside the body and the slips of single senders.
  if ('hmac' in scheme && scheme.hmac.timestamp?.body === undefined) {
    const { decodedInUrl, prefixOptional, ...hmac } = scheme.hmac;
    const isPlain = prefixOptional === undefined && !(decodedInUrl && request.url.includes('%'));
    if (isPlain)
      it('is accepted by `type: http` with the same description', () => {
        const auth = authSchema.parse({ hmac });
        expect(verdictOf({ ...known, source: { type: 'http', auth } }, request)).toEqual({ ok: true });
      });
  }

  it('that is not signed is refused, whatever it is', () => {
    const names = [...Object.keys(request.headers), 'authorization', '__proto__', 'constructor'];
    const anyText = fc.oneof(fc.string(), fc.stringMatching(/^(v1,|v1a,|sha256=|Bearer )?[A-Za-z0-9+/=]*$/));
    const anyRequest = fc.record({
      method: fc.constantFrom('POST', 'GET', 'HEAD', 'OPTIONS'),
      url: fc.oneof(
        fc.webUrl({ withQueryParameters: true }),
        fc.constant('https://a.example/?key=&access_token=x'),
      ),
      headers: fc.dictionary(fc.constantFrom(...names), anyText),
      body: fc.oneof(
        fc.uint8Array(),
        fc.json().map((json) => Buffer.from(json)),
        fc.constant(request.body.map((byte) => (byte === 0x2d ? 0x5f : byte))),
      ),
    });
    const isGuess = (text: string) => text.includes(key);
    fc.assert(
      fc.property(anyRequest, (given) => {
        fc.pre(!isGuess(given.url) && !Object.values(given.headers).some(isGuess));
        expect(verdictOf(known, given)).toMatchObject({ ok: false });
      }),
      { numRuns: 100 },
    );
  });

  it('however it is changed, is an event that fits the queue, and the same one again', async () => {
    await fc.assert(
      fc.asyncProperty(changed(payloadOf(request)), async (payload) => {
        const given = { ...request, body: encoded(request, payload) };
        const read_ = await read(known, given);
        expect(read_.length).toBeGreaterThan(0);
        for (const event of read_) {
          const sent: unknown = JSON.parse(JSON.stringify(event));
          expect(isQueuedEvent(sent)).toBe(true);
          expect(event.type === 'any.unrecognized').toBe(event.data.unrecognized !== undefined);
        }
        expect(await readEvents('any', source, given, new Date(receivedAt.getTime() + 1))).toMatchObject(
          read_.map(({ id, type, subject, data }) => ({ id, type, subject, data })),
        );
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('of any bytes is an event, or UnreadableBody; and no handshake crashes or grows', async () => {
    const { handshake = {} } = presetOf(source);
    await fc.assert(
      fc.asyncProperty(anyBody, fc.constantFrom('POST', 'GET', 'HEAD', 'OPTIONS'), async (body, method) => {
        const given = { ...request, body, method };
        const answer = handshake.open?.(given);
        expect(JSON.stringify(answer ?? {}).length).toBeLessThan(5_000);
        handshake.beforeAnyKey?.(given);
        try {
          handshake.authentic?.(given);
          expect((await read(known, given)).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableBody);
        }
      }),
    );
  });
});
