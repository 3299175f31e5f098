import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { authSchema, hmacSchema } from '../../lambda/configuration.ts';
import type { Auth, SourceOf } from '../../lambda/configuration.ts';
import type { SignedRequest } from '../../lambda/sources/request.ts';
import { listOf } from '../../lambda/sources/scheme.ts';
import type { Schemes } from '../../lambda/sources/scheme.ts';
import { isUsableKey, verify } from '../../lambda/sources/signature.ts';
import type { Refusal } from '../../lambda/sources/signature.ts';
import { schemesOf, usableKeys } from '../../lambda/sources/source.ts';
import hubspot from './hubspot.known.ts';
import * as known from './known-answers.ts';
import { at, post } from './request.ts';

const bamboohr = schemesOf({ type: 'bamboohr' });
const zendesk = schemesOf({ type: 'zendesk' });
const standardWebhooks = schemesOf({ type: 'standard-webhooks' });

const OK = { ok: true };
const refused = (why: Refusal) => ({ ok: false, why });

/** An `http` source's hmac as the operator writes it, with the schema's defaults. */
const hmac = (description: Parameters<typeof hmacSchema.parse>[0]): Auth => ({
  hmac: hmacSchema.parse(description),
});

const withHeader = (request: SignedRequest, name: string, value: string | undefined): SignedRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

describe('known answers of the presets', () => {
  test.each([bamboohr, zendesk, ...listOf(standardWebhooks).slice(0, 2)])(
    'an operator could describe the same: %j',
    (auth) => {
      expect(authSchema.parse(auth)).toEqual(auth);
    },
  );

  test.each([
    ['bamboohr', bamboohr, known.BAMBOOHR],
    ['zendesk', zendesk, known.ZENDESK],
    ['standard-webhooks', standardWebhooks, known.STANDARD_WEBHOOKS],
  ])('%s', (_, auth, { key, request, seconds }) => {
    expect(verify(auth, request, [key], at(seconds))).toEqual(OK);
    expect(verify(auth, request, ['another key', key], at(seconds))).toEqual(OK);
    expect(verify(auth, request, [key, 'another key'], at(seconds))).toEqual(OK);
  });

  test.each(hubspot)('hubspot $title', ({ source, key, request, seconds = 0 }) => {
    const verdictOf = (...keys: string[]) => verify(schemesOf(source), request, keys, at(seconds));
    expect(verdictOf('another key', key)).toEqual(OK);
    expect(verdictOf('another key')).toEqual(refused('signature-mismatch'));
  });

  test("zendesk-go's: the signature fits, its dummy timestamp is none of Zendesk's", () => {
    const { key, request, seconds } = known.ZENDESK_GO;
    expect(verify(zendesk, request, [key], at(seconds))).toEqual(refused('timestamp-malformed'));
    const inSeconds = hmac({
      header: 'X-Zendesk-Webhook-Signature',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { header: 'X-Zendesk-Webhook-Signature-Timestamp', unit: 's' },
    });
    expect(verify(inSeconds, request, [key], at(seconds))).toEqual(OK);
  });

  test("zendesk's old example, which signs the body first, is refused", () => {
    const { key, request, seconds } = known.ZENDESK_OLD;
    expect(verify(zendesk, request, [key], at(seconds))).toEqual(refused('signature-mismatch'));
  });

  test('standard-webhooks: one of several signatures fits; v2 is passed over', () => {
    const { key, request, seconds } = known.STANDARD_WEBHOOKS;
    const right = 'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    const wrong = 'Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
    const signed = (list: string) =>
      verify(standardWebhooks, withHeader(request, 'webhook-signature', list), [key], at(seconds));
    expect(signed(`v1,${wrong} v2,${wrong} v1,${right} v1,${wrong}`)).toEqual(OK);
    expect(signed(`v1,${wrong} v2,${right}`)).toEqual(refused('signature-mismatch'));
    expect(signed(`v2,${right}`)).toEqual(refused('signature-malformed'));
    expect(signed(`v1a,${right}`)).toEqual(refused('signature-malformed'));
  });

  test.each(['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])(
    'standard-webhooks: the key %s',
    (key) => {
      const { request, seconds } = known.STANDARD_WEBHOOKS;
      expect(verify(standardWebhooks, request, [key], at(seconds))).toEqual(OK);
    },
  );
});

/** RFC 4231 (sha256, sha512) and RFC 2202 (sha1): cases 1, 2, 3 and, of RFC 4231, 6. */
const RFC_CASES = [
  {
    algorithm: 'sha1',
    key: 'CwsLCwsLCwsLCwsLCwsLCwsLCws=',
    body: 'Hi There',
    hex: 'b617318655057264e28bc0b6fb378c8ef146be00',
  },
  {
    algorithm: 'sha256',
    key: 'CwsLCwsLCwsLCwsLCwsLCwsLCws',
    body: 'Hi There',
    hex: 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  {
    algorithm: 'sha512',
    key: 'CwsLCwsLCwsLCwsLCwsLCwsLCws=',
    body: 'Hi There',
    hex: '87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854',
  },
  {
    algorithm: 'sha1',
    key: 'Jefe',
    body: 'what do ya want for nothing?',
    hex: 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79',
  },
  {
    algorithm: 'sha256',
    key: 'Jefe',
    body: 'what do ya want for nothing?',
    hex: '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  },
  {
    algorithm: 'sha512',
    key: 'Jefe',
    body: 'what do ya want for nothing?',
    hex: '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  },
  {
    algorithm: 'sha1',
    key: 'qqqqqqqqqqqqqqqqqqqqqqqqqqo=',
    body: Buffer.alloc(50, 0xdd),
    hex: '125d7342b9ac11cd91a39af48aa17b4f63f175d3',
  },
  {
    algorithm: 'sha256',
    key: 'qqqqqqqqqqqqqqqqqqqqqqqqqqo=',
    body: Buffer.alloc(50, 0xdd),
    hex: '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
  },
  {
    algorithm: 'sha512',
    key: 'qqqqqqqqqqqqqqqqqqqqqqqqqqo=',
    body: Buffer.alloc(50, 0xdd),
    hex: 'fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb',
  },
  {
    algorithm: 'sha256',
    key: `${'qqqq'.repeat(43)}qqo=`,
    body: 'Test Using Larger Than Block-Size Key - Hash Key First',
    hex: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  },
] as const;

test.each(RFC_CASES)('RFC vector: $algorithm, key $key', ({ algorithm, key, body, hex }) => {
  const auth = hmac({ header: 'X-Signature', algorithm, key: key === 'Jefe' ? 'text' : 'base64' });
  expect(verify(auth, post(body, { 'X-Signature': hex }), [key], at(0))).toEqual(OK);
  expect(verify(auth, post(body, { 'X-Signature': hex.toUpperCase() }), [key], at(0))).toEqual(OK);
});

describe("an operator's description alone expresses other senders' schemes", () => {
  test.each<{ name: string; auth: Auth; key: string; request: SignedRequest; ms?: number }>([
    {
      // docs.github.com, "Validating webhook deliveries"
      name: 'GitHub: prefix',
      auth: hmac({ header: 'X-Hub-Signature-256', prefix: 'sha256=' }),
      key: "It's a Secret to Everybody",
      request: post('Hello, World!', {
        'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
      }),
    },
    {
      // octokit/webhooks-methods.js, test/verify.test.ts
      name: 'GitHub: a body beyond ASCII',
      auth: hmac({ header: 'X-Hub-Signature-256', prefix: 'sha256=' }),
      key: 'development',
      request: post('{"foo":"Foo\\n\\u001B[34mbar: ♥♥♥♥♥♥♥♥\\nthis-is-lost\\u001B[0m\\u001B[2K"}', {
        'X-Hub-Signature-256': 'sha256=afecc3caa27548bb90d51a50384cb2868b9a3327b4ad6a01c9bd4ed0f8b0b12c',
      }),
    },
    {
      // Finch-API/finch-api-node, tests/api-resources/webhooks.test.ts
      name: 'Finch: the shape of Standard Webhooks under other names',
      auth: hmac({
        header: 'Finch-Signature',
        encoding: 'base64',
        prefix: 'v1,',
        list: ' ',
        signed: '{id}.{timestamp}.{body}',
        timestamp: { header: 'Finch-Timestamp', unit: 's' },
        id: 'Finch-Event-Id',
        key: 'base64',
      }),
      key: '5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH',
      ms: 1676312382_000,
      request: post('{"company_id":"720be419-0293-4d32-a707-32179b0827ab"}', {
        'Finch-Event-Id': 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj',
        'finch-timestamp': '1676312382',
        'finch-signature': 'v1,m7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s=',
      }),
    },
    {
      name: 'Deel: POST{body} (by openssl)',
      auth: hmac({ header: 'x-deel-signature', signed: 'POST{body}' }),
      key: 'deel-signing-key-test',
      request: post(
        '{"data":{"meta":{"event_type":"contract.created","organization_id":"org-1"},"resource":[{"id":"c-1"}]},"timestamp":"2025-02-05T15:39:38.070Z"}',
        { 'x-deel-signature': '4b5cd36faa08c7e2f2a20b7b096aa9801526d655c6b54c62926aa2c2c7cac8b7' },
      ),
    },
    {
      name: 'Merge: base64url without padding (by openssl)',
      auth: hmac({ header: 'X-Merge-Webhook-Signature', encoding: 'base64url' }),
      key: 'merge-signature-key-test',
      request: post(
        '{"hook":{"id":"h-1","event":"Employee.added","target":"https://example.com/hook"},"linked_account":{"id":"la-1"},"data":{"id":"e-1"}}',
        { 'X-Merge-Webhook-Signature': 'XP8Lg7u8vGFFXZ_6RiG9DFUHk0JR11NVFpn2SOB3N3k' },
      ),
    },
    {
      name: 'Merge: base64url with padding (by openssl)',
      auth: hmac({ header: 'X-Merge-Webhook-Signature', encoding: 'base64url' }),
      key: 'merge-signature-key-test',
      request: post(
        '{"hook":{"id":"h-1","event":"Employee.added","target":"https://example.com/hook"},"linked_account":{"id":"la-1"},"data":{"id":"e-1"}}',
        { 'X-Merge-Webhook-Signature': 'XP8Lg7u8vGFFXZ_6RiG9DFUHk0JR11NVFpn2SOB3N3k=' },
      ),
    },
    {
      name: 'Front: {timestamp}:{body} in milliseconds (by openssl)',
      auth: hmac({
        header: 'X-Front-Signature',
        encoding: 'base64',
        signed: '{timestamp}:{body}',
        timestamp: { header: 'X-Front-Request-Timestamp', unit: 'ms' },
      }),
      key: 'front-app-signing-key-test',
      ms: 1680825600000,
      request: post('{"type":"sync","authorization":{"id":"cmp_abc"}}', {
        'x-front-signature': 'h6iKoCU9UMtTe9gNFk3t7lWvtz49+maGzzkmuq4dVOE=',
        'x-front-request-timestamp': '1680825600000',
      }),
    },
    {
      name: 'Slack: v0:{timestamp}:{body} (by openssl)',
      auth: hmac({
        header: 'X-Slack-Signature',
        prefix: 'v0=',
        signed: 'v0:{timestamp}:{body}',
        timestamp: { header: 'X-Slack-Request-Timestamp', unit: 's' },
      }),
      key: 'slack-signing-secret',
      ms: 1531420618_000,
      request: post('{"type":"team_join"}', {
        'X-Slack-Signature': 'v0=fc934fe9d33abb228d5421981c0a7b310f44bf2a60c6007dad5f3988a50a6434',
        'X-Slack-Request-Timestamp': '1531420618',
      }),
    },
    {
      name: 'HubSpot v3: {method}{url}{body}{timestamp} (by openssl)',
      auth: hmac({
        header: 'X-HubSpot-Signature-v3',
        encoding: 'base64',
        signed: '{method}{url}{body}{timestamp}',
        timestamp: { header: 'X-HubSpot-Request-Timestamp', unit: 'ms' },
      }),
      key: 'app-client-secret',
      ms: 1700000000000,
      request: post('{"a":1}', {
        'X-HubSpot-Signature-v3': 'DxStxo2bb43CUtObKuqBwhqNvEOZsBUHvyiyEsYvc3A=',
        'X-HubSpot-Request-Timestamp': '1700000000000',
      }),
    },
    {
      name: 'an escape in the URL stays as it is (by openssl)',
      auth: hmac({ header: 'X-Signature', signed: '{url}{body}' }),
      key: 'key',
      request: {
        ...post('{"a":1}', {
          'X-Signature': 'b5970dc5d07a230d252b2b7c25eeb34e1e0e47a9712021140fb9d14e41822d87',
        }),
        url: 'https://hooks.example.com/webhooks/crm?a=b%3Ac',
      },
    },
    {
      name: 'PagerDuty: several signatures, parted by commas (by openssl)',
      auth: hmac({ header: 'X-PagerDuty-Signature', prefix: 'v1=', list: ',' }),
      key: 'pd-secret',
      request: post('{"event":{"id":"1"}}', {
        'X-PagerDuty-Signature':
          'v1=0000000000000000000000000000000000000000000000000000000000000000, v1=48d81370ec6ccdc9063618a09b47622f60e66c78134001af266c81b82b43acc7',
      }),
    },
  ])('$name', ({ auth, key, request, ms = 0 }) => {
    expect(verify(auth, request, [key], new Date(ms))).toEqual(OK);
    expect(verify(auth, { ...request, body: Buffer.from('{}') }, [key], new Date(ms))).toEqual(
      refused('signature-mismatch'),
    );
  });

  test('Deel: a signature over the body alone is refused (by openssl)', () => {
    const request = post(
      '{"data":{"meta":{"event_type":"contract.created","organization_id":"org-1"},"resource":[{"id":"c-1"}]},"timestamp":"2025-02-05T15:39:38.070Z"}',
      { 'x-deel-signature': 'bcc12d6e4e70ee60628aa6bbd16aa33fede8ef6ec960638fa2659cfa5361955a' },
    );
    const auth = hmac({ header: 'x-deel-signature', signed: 'POST{body}' });
    expect(verify(auth, request, ['deel-signing-key-test'], at(0))).toEqual(refused('signature-mismatch'));
  });
});

describe('refusals', () => {
  const { key, request, seconds } = known.STANDARD_WEBHOOKS;
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  test.each<[string, Refusal, SignedRequest, string[], number]>([
    [
      'a bit of the body',
      'signature-mismatch',
      { ...request, body: Buffer.from('{"test": 2432232315}') },
      [key],
      seconds,
    ],
    ['no body', 'signature-mismatch', { ...request, body: Buffer.alloc(0) }, [key], seconds],
    [
      'a bit of the id',
      'signature-mismatch',
      withHeader(request, 'webhook-id', 'msg_p5jXN8AQM9LWM0D4loKWxJej'),
      [key],
      seconds,
    ],
    [
      'a bit of the timestamp',
      'signature-mismatch',
      withHeader(request, 'webhook-timestamp', '1614265331'),
      [key],
      seconds,
    ],
    ['a bit of the key', 'signature-mismatch', request, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx'], seconds],
    [
      'a bit of the signature',
      'signature-mismatch',
      withHeader(request, 'webhook-signature', signature.replace('g0h', 'g1h')),
      [key],
      seconds,
    ],
    [
      'no signature',
      'signature-missing',
      withHeader(request, 'webhook-signature', undefined),
      [key],
      seconds,
    ],
    ['an empty signature', 'signature-missing', withHeader(request, 'webhook-signature', ''), [key], seconds],
    [
      'a signature cut to 8 characters',
      'signature-mismatch',
      withHeader(request, 'webhook-signature', 'v1,g0hM9S'.slice(0, 7)),
      [key],
      seconds,
    ],
    [
      'nothing after v1,',
      'signature-malformed',
      withHeader(request, 'webhook-signature', 'v1,'),
      [key],
      seconds,
    ],
    [
      'not base64',
      'signature-malformed',
      withHeader(request, 'webhook-signature', `${signature}!`),
      [key],
      seconds,
    ],
    [
      'base64 with spare bits',
      'signature-malformed',
      withHeader(request, 'webhook-signature', signature.replace('OE=', 'OF=')),
      [key],
      seconds,
    ],
    [
      'base64 with too much padding',
      'signature-malformed',
      withHeader(request, 'webhook-signature', `${signature}=`),
      [key],
      seconds,
    ],
    [
      'no prefix',
      'signature-malformed',
      withHeader(request, 'webhook-signature', signature.slice(3)),
      [key],
      seconds,
    ],
    [
      'no timestamp',
      'timestamp-missing',
      withHeader(request, 'webhook-timestamp', undefined),
      [key],
      seconds,
    ],
    [
      'a timestamp that is no number',
      'timestamp-malformed',
      withHeader(request, 'webhook-timestamp', 'hello'),
      [key],
      seconds,
    ],
    [
      'a timestamp in hexadecimal',
      'timestamp-malformed',
      withHeader(request, 'webhook-timestamp', '0x6037bb32'),
      [key],
      seconds,
    ],
    [
      'a negative timestamp',
      'timestamp-malformed',
      withHeader(request, 'webhook-timestamp', '-1614265330'),
      [key],
      seconds,
    ],
    [
      'a timestamp with a fraction',
      'timestamp-malformed',
      withHeader(request, 'webhook-timestamp', '1614265330.0'),
      [key],
      seconds,
    ],
    ['no id', 'id-missing', withHeader(request, 'webhook-id', undefined), [key], seconds],
    ['301 seconds later', 'stale', request, [key], seconds + 301],
    ['301 seconds earlier', 'future', request, [key], seconds - 301],
    ['no key', 'signature-mismatch', request, [], seconds],
    ['an empty key', 'signature-mismatch', request, [''], seconds],
    ['whsec_ alone', 'signature-mismatch', request, ['whsec_'], seconds],
  ])('%s: %s', (_, why, given, keys, now) => {
    expect(verify(standardWebhooks, given, keys, at(now))).toEqual(refused(why));
  });

  test('300 seconds off, either way, is fresh', () => {
    expect(verify(standardWebhooks, request, [key], at(seconds + 300))).toEqual(OK);
    expect(verify(standardWebhooks, request, [key], at(seconds - 300))).toEqual(OK);
  });

  test('a clock that tells no time accepts nothing', () => {
    expect(verify(standardWebhooks, request, [key], new Date(Number.NaN))).toEqual(refused('stale'));
  });

  test.each([
    ['bamboohr', bamboohr, known.BAMBOOHR],
    ['zendesk', zendesk, known.ZENDESK],
  ])('%s: 300 seconds, not 301', (_, auth, { key, request, seconds }) => {
    expect(verify(auth, request, [key], at(seconds + 300))).toEqual(OK);
    expect(verify(auth, request, [key], at(seconds + 301))).toEqual(refused('stale'));
    expect(verify(auth, request, [key], at(seconds - 301))).toEqual(refused('future'));
  });

  test.each([
    '2024-02-30T00:00:00Z',
    '2024-04-17',
    '2024-04-17T17:18:10',
    'Wed, 17 Apr 2024 17:18:10 GMT',
    '1713374290',
  ])('zendesk: %s is no time of signing', (timestamp) => {
    const { key, request, seconds } = known.ZENDESK;
    const given = withHeader(request, 'x-zendesk-webhook-signature-timestamp', timestamp);
    expect(verify(zendesk, given, [key], at(seconds))).toEqual(refused('timestamp-malformed'));
  });

  test('a signature of an empty key is not accepted for an empty key', () => {
    // Python: hmac.new(b'', b'Hi', 'sha256').hexdigest()
    const signed = post('Hi', {
      'X-Signature': '12f419e92ded5f520b413ac833ec22a37d08140eef6d3ebbff42ffec9a8c1d5c',
    });
    expect(verify(hmac({ header: 'X-Signature' }), signed, ['', ' ', '\n'], at(0))).toEqual(
      refused('signature-mismatch'),
    );
  });

  test('names of Object.prototype are no headers', () => {
    const auth: Auth = { header: { name: 'constructor' } };
    expect(verify(auth, post('{}'), ['key'], at(0))).toEqual(refused('signature-missing'));
    expect(verify(hmac({ header: '__proto__' }), post('{}'), ['key'], at(0))).toEqual(
      refused('signature-missing'),
    );
  });
});

describe('static secrets', () => {
  const bearer: Auth = { bearer: {} };
  const basic: Auth = { basic: { username: 'onqueue' } };
  const header: Auth = { header: { name: 'X-Api-Key' } };

  test.each<[string, Auth, Record<string, string>, ReturnType<typeof refused> | typeof OK]>([
    ['bearer', bearer, { Authorization: 'Bearer s3cret' }, OK],
    ['bearer in lower case', bearer, { Authorization: 'bearer s3cret' }, OK],
    ['bearer, second key', bearer, { Authorization: 'Bearer next' }, OK],
    ['bearer, cut', bearer, { Authorization: 'Bearer s3cre' }, refused('signature-mismatch')],
    ['bearer, longer', bearer, { Authorization: 'Bearer s3crets' }, refused('signature-mismatch')],
    ['bearer without a scheme', bearer, { Authorization: 's3cret' }, refused('signature-malformed')],
    ['bearer without a token', bearer, { Authorization: 'Bearer ' }, refused('signature-malformed')],
    ['bearer after two spaces', bearer, { Authorization: 'Bearer  s3cret' }, OK],
    ['a word before bearer', bearer, { Authorization: 'Not Bearer s3cret' }, refused('signature-malformed')],
    [
      'a word after the token',
      bearer,
      { Authorization: 'Bearer s3cret too' },
      refused('signature-malformed'),
    ],
    ['Basic for bearer', bearer, { Authorization: 'Basic s3cret' }, refused('signature-malformed')],
    ['nothing', bearer, {}, refused('signature-missing')],
    // printf 'onqueue:s3cret' | base64
    ['basic', basic, { Authorization: 'Basic b25xdWV1ZTpzM2NyZXQ=' }, OK],
    ['basic in lower case', basic, { Authorization: 'basic  b25xdWV1ZTpzM2NyZXQ=' }, OK],
    [
      'a word before basic',
      basic,
      { Authorization: 'Not Basic b25xdWV1ZTpzM2NyZXQ=' },
      refused('signature-malformed'),
    ],
    [
      'a word after the credentials',
      basic,
      { Authorization: 'Basic b25xdWV1ZTpzM2NyZXQ= too' },
      refused('signature-malformed'),
    ],
    ['Bearer for basic', basic, { Authorization: 'Bearer s3cret' }, refused('signature-malformed')],
    // printf 'another:s3cret' | base64
    [
      'basic, another user',
      basic,
      { Authorization: 'Basic YW5vdGhlcjpzM2NyZXQ=' },
      refused('signature-mismatch'),
    ],
    ['basic, not base64', basic, { Authorization: 'Basic onqueue:s3cret' }, refused('signature-malformed')],
    ['basic, password alone', basic, { Authorization: 'Basic czNjcmV0' }, refused('signature-mismatch')],
    ['header', header, { 'X-API-Key': 's3cret' }, OK],
    ['header, wrong', header, { 'X-API-Key': 'S3cret' }, refused('signature-mismatch')],
    ['header, missing', header, { Authorization: 's3cret' }, refused('signature-missing')],
    ['nothing in the query', { query: { name: 'key' } }, { key: 's3cret' }, refused('signature-missing')],
  ])('%s', (_, auth, headers, verdict) => {
    expect(verify(auth, post('{}', headers), ['s3cret', 'next'], at(0))).toEqual(verdict);
  });
});

describe('a secret in the query', () => {
  const auth: Auth = { query: { name: 'key' } };
  const called = (query: string): SignedRequest => ({
    ...post('{}'),
    url: `https://hooks.example.com/webhooks/crm${query}`,
  });

  test.each<[string, ReturnType<typeof refused> | typeof OK]>([
    ['?key=s3cret', OK],
    ['?a=1&key=s3cret', OK],
    ['?key=s3c%72et', OK],
    ['?key=s3cre', refused('signature-mismatch')],
    ['?key=s3crets', refused('signature-mismatch')],
    ['?key=', refused('signature-missing')],
    ['?Key=s3cret', refused('signature-missing')],
    ['', refused('signature-missing')],
    ['?key=s3cret&key=s3cret', refused('signature-missing')],
    ['?key=wrong&key=s3cret', refused('signature-missing')],
    ['#?key=', refused('signature-missing')],
  ])('%s', (query, verdict) => {
    expect(verify(auth, called(query), ['s3cret'], at(0))).toEqual(verdict);
  });
});

describe('a secret in every item of a list', () => {
  const auth: Schemes = { items: { list: 'value', field: 'clientState' } };
  const right = { clientState: 's3cret' };

  test.each<[unknown, ReturnType<typeof refused> | typeof OK]>([
    [{ value: [right] }, OK],
    [{ value: [right, right] }, OK],
    [{ value: [right, { clientState: 'next' }] }, OK],
    [{ value: [right, { clientState: 'wrong' }] }, refused('signature-mismatch')],
    [{ value: [right, {}] }, refused('signature-malformed')],
    [{ value: [right, { clientState: ['s3cret'] }] }, refused('signature-malformed')],
    [{ value: [right, { clientState: '' }] }, refused('signature-malformed')],
    [{ value: [right, null] }, refused('signature-malformed')],
    [{ value: [] }, refused('signature-missing')],
    [{ value: right }, refused('signature-missing')],
    [right, refused('signature-missing')],
    [[right], refused('signature-missing')],
  ])('%j', (body, verdict) => {
    expect(verify(auth, post(JSON.stringify(body)), ['s3cret', 'next'], at(0))).toEqual(verdict);
  });

  test('what is no JSON has no secret in it', () => {
    expect(verify(auth, post('s3cret'), ['s3cret'], at(0))).toEqual(refused('signature-missing'));
  });
});

describe('a time in the signed body', () => {
  const auth: Schemes = {
    hmac: {
      header: 'X-Signature',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{body}',
      key: 'text',
      timestamp: { body: 'sentAt', unit: 'ms', tolerance: 60 },
    },
  };
  // printf '%s' BODY | openssl dgst -sha256 -hmac body-time-key
  const SIGNED: Record<string, string> = {
    '{"sentAt":1700000000000}': '4d4d4cbf5ac17280c7d7ebce128fafc7ae5c60eb24a1291e4cb603db98d9d54d',
    '{"sentAt":"soon"}': 'b58b9ba49160217c4c86b0d25a301aa2be7bb0eaffdcb91f1d49cd4f0cc53f82',
    '{"sent":1}': 'f8f18a2ce51562cf97425c9de1613abeea90e9d31b9f08ec4945812e0538022a',
    text: '8fc652522783537d3651b015bf9d41399bbc1abe6a22084f928fe1e3c9a65d81',
  };

  test.each<[string, number, ReturnType<typeof refused> | typeof OK]>([
    ['{"sentAt":1700000000000}', 1700000000, OK],
    ['{"sentAt":1700000000000}', 1700000060, OK],
    ['{"sentAt":1700000000000}', 1699999940, OK],
    ['{"sentAt":1700000000000}', 1700000061, refused('stale')],
    ['{"sentAt":1700000000000}', 1699999939, refused('future')],
    ['{"sentAt":"soon"}', 1700000000, refused('timestamp-malformed')],
    ['{"sent":1}', 1700000000, refused('timestamp-missing')],
    ['text', 1700000000, refused('timestamp-missing')],
  ])('%s at %d', (body, seconds, verdict) => {
    const request = post(body, { 'X-Signature': SIGNED[body] ?? '' });
    expect(verify(auth, request, ['body-time-key'], at(seconds))).toEqual(verdict);
    expect(verify(auth, request, ['another'], at(seconds))).toEqual(refused('signature-mismatch'));
  });
});

test('a prefix that may be left out', () => {
  const scheme = {
    header: 'X-Signature',
    algorithm: 'sha256',
    encoding: 'hex',
    signed: '{body}',
    key: 'text',
  } as const;
  const auth: Schemes = { hmac: { ...scheme, prefix: 'sha256=', prefixOptional: true } };
  const hex = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const verdictOf = (signature: string) =>
    verify(auth, post('Hello, World!', { 'X-Signature': signature }), ["It's a Secret to Everybody"], at(0));
  expect(verdictOf(hex)).toEqual(OK);
  expect(verdictOf(`sha256=${hex}`)).toEqual(OK);
  expect(verdictOf(`sha1=${hex}`)).toEqual(refused('signature-malformed'));
});

describe('several schemes', () => {
  const { request, seconds, key } = known.STANDARD_WEBHOOKS;
  const PUBLIC_KEY = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';
  // github.com/svix/svix-webhooks, server/svix-server/src/worker.rs
  const v1a = 'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
  const signature = request.headers['webhook-signature'] ?? '';
  const svix = (one: SignedRequest): SignedRequest => ({
    ...one,
    headers: Object.fromEntries(
      Object.entries(one.headers).map(([name, value]) => [name.replace('webhook-', 'svix-'), value]),
    ),
  });
  const verdictOf = (list: string, ...keys: string[]) =>
    verify(standardWebhooks, withHeader(request, 'webhook-signature', list), keys, at(seconds));

  test('a key is measured by its own kind of signature alone', () => {
    expect(verdictOf(v1a, PUBLIC_KEY)).toEqual(OK);
    expect(verdictOf(`${signature} ${v1a}`, PUBLIC_KEY)).toEqual(OK);
    expect(verdictOf(`${signature} ${v1a}`, key)).toEqual(OK);
    expect(verdictOf(v1a, key)).toEqual(refused('signature-malformed'));
    expect(verdictOf(signature, PUBLIC_KEY)).toEqual(refused('signature-malformed'));
    expect(verdictOf(signature, PUBLIC_KEY, key)).toEqual(OK);
    expect(verdictOf(v1a, key, PUBLIC_KEY)).toEqual(OK);
  });

  test('a public key is no shared key: who knows it cannot sign', () => {
    // printf '%s' ID.TIME.BODY | openssl dgst -sha256 -mac HMAC -macopt hexkey:(the bytes of the public key)
    expect(verdictOf('v1,aq/Av15OlX2MgScQjKXGZkGsLRP8vw0+IjKU5rUsRTc=', PUBLIC_KEY)).toEqual(
      refused('signature-malformed'),
    );
    expect(verdictOf('v1,aq/Av15OlX2MgScQjKXGZkGsLRP8vw0+IjKU5rUsRTc=', key, PUBLIC_KEY)).toEqual(
      refused('signature-mismatch'),
    );
  });

  test('svix- in the place of webhook-', () => {
    expect(verify(standardWebhooks, svix(request), [key], at(seconds))).toEqual(OK);
    expect(
      verify(
        standardWebhooks,
        svix(withHeader(request, 'webhook-signature', v1a)),
        [PUBLIC_KEY],
        at(seconds),
      ),
    ).toEqual(OK);
  });

  const WRONG = 'v1,aq/Av15OlX2MgScQjKXGZkGsLRP8vw0+IjKU5rUsRTc=';
  const WRONG_V1A = v1a.replace('hnO3', 'hnO4');

  test.each<[string, string, number, Refusal]>([
    ['the one that is out of date', `${WRONG} ${v1a}`, 301, 'stale'],
    ['the one that is out of date', `${signature} ${WRONG_V1A}`, 301, 'stale'],
    ['the one that comes too early', `${WRONG} ${v1a}`, -301, 'future'],
    ['the one that comes too early', `${signature} ${WRONG_V1A}`, -301, 'future'],
    ['the one that can be read', WRONG_V1A, 0, 'signature-mismatch'],
    ['the one that can be read', WRONG, 0, 'signature-mismatch'],
  ])('of two that do not fit %s is told: %s, %i s', (_, list, late, why) => {
    const given = withHeader(request, 'webhook-signature', list);
    expect(verify(standardWebhooks, given, [key, PUBLIC_KEY], at(seconds + late))).toEqual(refused(why));
  });

  test('an empty header of the other name is none', () => {
    const given = withHeader(request, 'svix-signature', '');
    expect(verify(standardWebhooks, given, [key], at(seconds))).toEqual(OK);
  });

  test('headers of the other name replace nothing', () => {
    const mixed = { ...svix(request).headers, 'webhook-id': 'msg_another', 'webhook-timestamp': '1' };
    expect(verify(standardWebhooks, { ...request, headers: mixed }, [key], at(seconds))).toEqual(OK);
    const withoutId = { ...mixed, 'svix-id': undefined };
    expect(verify(standardWebhooks, { ...request, headers: withoutId }, [key], at(seconds))).toEqual(
      refused('id-missing'),
    );
  });
});

describe('usable keys', () => {
  const base64 = hmac({ header: 'X-Signature', key: 'base64' });
  const [, , onlyPublic = bamboohr] = listOf(standardWebhooks);

  test.each<[string, Schemes, boolean]>([
    ['', bamboohr, false],
    [' \t', bamboohr, false],
    ['pasted-with-its-line-break\n', bamboohr, false],
    ['any text', bamboohr, true],
    ['', { bearer: {} }, false],
    ['not base64!', base64, false],
    ['Zm9v', base64, true],
    ['Zm9vYg', base64, true],
    ['Zm9vYg=', base64, false],
    ['Zm9vYh', base64, false],
    ['whsec_', standardWebhooks, false],
    ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', standardWebhooks, true],
    ['whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOig==', standardWebhooks, false],
    [
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
      standardWebhooks,
      false,
    ],
    ['1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=', onlyPublic, false],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', standardWebhooks, true],
  ])('%j', (key, auth, usable) => {
    expect(isUsableKey(auth, key)).toBe(usable);
  });

  test("zendesk's published test key counts only where the operator says so", () => {
    const source: SourceOf<'zendesk'> = { type: 'zendesk' };
    const keys = [known.ZENDESK_TEST_KEY, 'a key of our own', ''];
    expect(usableKeys(source, keys)).toEqual(['a key of our own']);
    expect(usableKeys({ ...source, acceptTestKey: false }, keys)).toEqual(['a key of our own']);
    expect(usableKeys({ ...source, acceptTestKey: true }, keys)).toEqual(keys.slice(0, 2));
  });
});

describe('any input', () => {
  const headerNames = ['authorization', 'x-signature', 'x-timestamp', 'x-id', '__proto__', 'constructor'];
  const anyAuth: fc.Arbitrary<Auth> = fc.oneof(
    fc.constant<Auth>({ bearer: {} }),
    fc.constant<Auth>({ basic: { username: 'onqueue' } }),
    fc.constant<Auth>({ header: { name: 'X-Signature' } }),
    fc
      .record({
        algorithm: fc.constantFrom('sha1', 'sha256', 'sha512'),
        encoding: fc.constantFrom('hex', 'base64', 'base64url'),
        prefix: fc.constantFrom(undefined, 'v1=', 'v1,'),
        list: fc.constantFrom(undefined, ',', ' '),
        signed: fc.constantFrom('{body}', '{timestamp}.{body}', '{id}.{method}{url}{body}{body}'),
        timestamp: fc.option(
          fc.record({ header: fc.constant('X-Timestamp'), unit: fc.constantFrom('s', 'ms', 'iso') }),
          { nil: undefined },
        ),
        id: fc.constantFrom(undefined, 'X-Id'),
        key: fc.constantFrom('text', 'base64', 'whsec'),
      })
      .map((description) => hmac({ header: 'X-Signature', ...description })),
  );
  const anyHeader = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^(Bearer|Basic|v1=|v1,)? ?[A-Za-z0-9+/=_-]*$/),
    fc.nat().map(String),
  );
  const anyRequest = fc.record({
    method: fc.constantFrom('POST', 'GET'),
    url: fc.webUrl(),
    headers: fc.dictionary(fc.constantFrom(...headerNames), anyHeader),
    body: fc.uint8Array(),
  });

  it('is refused without being signed, and crashes nothing', () => {
    const anyKey = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.constant('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    );
    fc.assert(
      fc.property(anyAuth, anyRequest, fc.array(anyKey), fc.date(), (auth, request, keys, now) => {
        // A random header is the static secret only by being equal to it.
        const given = { ...request, headers: { ...request.headers, authorization: 'Bearer not-it' } };
        const secrets = keys.filter((key) => key !== request.headers['x-signature']);
        expect(verify(auth, given, secrets, now)).toMatchObject({ ok: false });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['bamboohr', bamboohr, known.BAMBOOHR],
    ['zendesk', zendesk, known.ZENDESK],
    ['standard-webhooks', standardWebhooks, known.STANDARD_WEBHOOKS],
  ])('%s: no flipped bit of the body verifies', (_, auth, { key, request, seconds }) => {
    fc.assert(
      fc.property(fc.nat({ max: request.body.length * 8 - 1 }), (bit) => {
        const body = Uint8Array.from(request.body, (byte, i) =>
          i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
        );
        expect(verify(auth, { ...request, body }, [key], at(seconds))).toEqual(refused('signature-mismatch'));
      }),
    );
  });
});
