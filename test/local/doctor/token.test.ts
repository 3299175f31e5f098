import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { line } from '../../../local/doctor/report.ts';
import { judgeToken } from '../../../local/doctor/token.ts';

const NOW = Date.parse('2026-07-01T12:00:00Z');
const MAKE_ONE =
  'Make an API key of this one domain (nsd_...), not read-only, with the models agent, callqueue and subscriber.';

/** `{"alg":"HS256","typ":"JWT"}` and a signature around the claims. */
const jwt = (claims: string): string =>
  `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${Buffer.from(claims).toString('base64url')}.c2lnbmF0dXJl`;

const told = (secret: string) => {
  const { level, sentence, remedy, final } = judgeToken(secret, NOW).finding;
  return { level, sentence, remedy, final };
};

describe('an API key is told by its prefix', () => {
  test.each([
    ['nss_abc', 'ok', 'is an API key of a super user (nss_), which does not expire'],
    ['nsr_abc', 'ok', 'is an API key of a reseller (nsr_), which does not expire'],
    ['nsd_abc', 'ok', 'is an API key of one domain (nsd_), which does not expire'],
    ['{"token":"nsd_abc"}', 'ok', 'is an API key of one domain (nsd_), which does not expire'],
    ['nsd_abc\n', 'ok', 'is an API key of one domain (nsd_), which does not expire'],
    ['nsu_abc', 'warning', 'is an API key of one user (nsu_), who may hardly add others to a queue'],
  ])('%j', (secret, level, sentence) => {
    expect(told(secret)).toMatchObject({ level, sentence });
    expect(judgeToken(secret, NOW).token?.isApiKey).toBe(true);
  });

  test.each([
    [`nsd_${'a'.repeat(56)}`, `It may have been deleted, or belong to another server. ${MAKE_ONE}`],
    [`nsd_${'a'.repeat(10)}`, 'An API key has 60 characters, this one has 14: copy it whole.'],
  ])('%s, refused', (secret, remedy) => {
    expect(judgeToken(secret, NOW).token?.ifRefused).toBe(remedy);
  });
});

describe('a JWT tells its end', () => {
  test.each([
    // 2026-07-01 12:00:00 UTC is 1782907200.
    ['{"exp":1782907199}', 'problem', 'is a JWT that expired on 2026-07-01 11:59 UTC, 0 minutes ago'],
    ['{"exp":1782903600}', 'problem', 'is a JWT that expired on 2026-07-01 11:00 UTC, 60 minutes ago'],
    ['{"exp":1782648000}', 'problem', 'is a JWT that expired on 2026-06-28 12:00 UTC, 3 days ago'],
    ['{"exp":0}', 'problem', 'is a JWT that expired on 1970-01-01 00:00 UTC, 20,635 days ago'],
    [
      '{"exp":1782979200}',
      'warning',
      'is a JWT that expires on 2026-07-02 08:00 UTC, in 20 hours: then everything stops',
    ],
    [
      '{"exp":1783512000}',
      'warning',
      'is a JWT that expires on 2026-07-08 12:00 UTC, in 7 days: then everything stops',
    ],
    ['{}', 'warning', 'is a JWT that does not tell when it expires; most live for about a day'],
    ['{"exp":1e300}', 'warning', 'is a JWT that does not tell when it expires; most live for about a day'],
    ['{"exp":"soon"}', 'warning', 'is a JWT that does not tell when it expires; most live for about a day'],
  ])('%s', (claims, level, sentence) => {
    expect(told(jwt(claims))).toEqual({
      level,
      sentence,
      remedy: MAKE_ONE,
      final: level === 'problem' ? true : undefined,
    });
  });
});

test.each(['0123456789abcdef0123456789abcdef', 'a.b.c', jwt('no JSON'), jwt('7')])(
  'anything else is an access token: %s',
  (secret) => {
    expect(told(secret)).toMatchObject({
      level: 'warning',
      sentence: 'is an access token, which lives for about an hour: then everything stops',
      remedy: MAKE_ONE,
    });
    expect(judgeToken(secret, NOW).token?.ifRefused).toBe(`It has probably run out. ${MAKE_ONE}`);
  },
);

describe('what cannot be sent is a problem, and ends the check', () => {
  test.each([
    ['', 'is not filled in yet'],
    [' \n', 'is not filled in yet'],
    // As the stack makes the secret.
    ['{"token":"","#placeholder":"xK(3"}', 'is not filled in yet'],
    ['Bearer nsd_abc', 'holds something that no token has: a space, a quotation mark, a line break or worse'],
    ['"nsd_abc"', 'holds something that no token has: a space, a quotation mark, a line break or worse'],
    ['nsd_a\nb', 'holds something that no token has: a space, a quotation mark, a line break or worse'],
    ['nsd_ä', 'holds something that no token has: a space, a quotation mark, a line break or worse'],
    [
      '{"key":"nsd_abc"}',
      'holds something that no token has: a space, a quotation mark, a line break or worse',
    ],
  ])('%j', (secret, sentence) => {
    expect(told(secret)).toMatchObject({ level: 'problem', sentence, final: true });
    expect(judgeToken(secret, NOW).token).toBe(undefined);
  });
});

const secrets = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.json().map(jwt),
  fc.stringMatching(/^ns[srdu]_\w{20,60}$/),
  fc.string({ minLength: 20 }).map((token) => JSON.stringify({ token })),
);

test('whatever the secret is: a judgement, and never the secret itself', () => {
  fc.assert(
    fc.property(secrets, fc.date({ noInvalidDate: true }), (secret, now) => {
      const { finding, token } = judgeToken(secret, now.getTime());
      const text = line(finding) + (token?.ifRefused ?? '');
      expect(secret.length >= 12 && text.includes(secret)).toBe(false);
      expect(token !== undefined && token.text.length >= 12 && text.includes(token.text)).toBe(false);
    }),
  );
});
