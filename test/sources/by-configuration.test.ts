/** What senders sign in, an operator can say in onqueue.yaml without their type: the same known answers are accepted. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { loadConfiguration } from '../../infra/configuration.ts';
import { headerOf } from '../../lambda/sources/request.ts';
import type { SignedRequest } from '../../lambda/sources/request.ts';
import { listOf } from '../../lambda/sources/scheme.ts';
import { isUsableKey, verify } from '../../lambda/sources/signature.ts';
import { isWebhook, schemesOf, usableKeys } from '../../lambda/sources/source.ts';
import { OPTION_TYPES, PLAIN_TYPES } from '../../lambda/sources/types.ts';
import type { Known } from './known.ts';
import { at } from './request.ts';

/** A name for the source, the sender's type, and what stands under `hmac:`. */
const DESCRIPTIONS: [name: string, type: string, hmac: string][] = [
  [
    'bamboohr',
    'bamboohr',
    'header: X-BambooHR-Signature, signed: "{body}{timestamp}", timestamp: { header: X-BambooHR-Timestamp, unit: s }',
  ],
  ['deel', 'deel', 'header: X-Deel-Signature, signed: "POST{body}"'],
  [
    'finch',
    'finch',
    'header: Finch-Signature, encoding: base64, prefix: "v1,", list: " ", signed: "{id}.{timestamp}.{body}", timestamp: { header: Finch-Timestamp, unit: s }, id: Finch-Event-Id, key: whsec',
  ],
  ['front-rule', 'front', 'header: X-Front-Signature, algorithm: sha1, encoding: base64'],
  [
    'front-application',
    'front',
    'header: X-Front-Signature, encoding: base64, signed: "{timestamp}:{body}", timestamp: { header: X-Front-Request-Timestamp, unit: ms }',
  ],
  ['github', 'github', 'header: X-Hub-Signature-256, prefix: sha256='],
  ['gusto', 'gusto', 'header: X-Gusto-Signature'],
  ['helpscout', 'helpscout', 'header: X-HelpScout-Signature, algorithm: sha1, encoding: base64'],
  ['hibob', 'hibob', 'header: Bob-Signature, algorithm: sha512, encoding: base64'],
  [
    'hubspot-v3',
    'hubspot',
    'header: X-HubSpot-Signature-v3, encoding: base64, signed: "{method}{url}{body}{timestamp}", timestamp: { header: X-HubSpot-Request-Timestamp, unit: ms }',
  ],
  // What separates signatures may also stand before the only one: so a prefix may be there or not.
  ['humaans', 'humaans', 'header: X-Humaans-Signature, list: sha256='],
  ['intercom', 'intercom', 'header: X-Hub-Signature, algorithm: sha1, prefix: sha1='],
  ['jira', 'jira', 'header: X-Hub-Signature, prefix: sha256='],
  ['linear', 'linear', 'header: Linear-Signature'],
  ['merge', 'merge', 'header: X-Merge-Webhook-Signature, encoding: base64url'],
  ['pagerduty', 'pagerduty', 'header: X-PagerDuty-Signature, prefix: v1=, list: ","'],
  [
    'slack',
    'slack',
    'header: X-Slack-Signature, prefix: v0=, signed: "v0:{timestamp}:{body}", timestamp: { header: X-Slack-Request-Timestamp, unit: s }',
  ],
  [
    'standard',
    'standard-webhooks',
    'header: webhook-signature, encoding: base64, prefix: "v1,", list: " ", signed: "{id}.{timestamp}.{body}", timestamp: { header: webhook-timestamp, unit: s }, id: webhook-id, key: whsec',
  ],
  [
    'svix',
    'standard-webhooks',
    'header: svix-signature, encoding: base64, prefix: "v1,", list: " ", signed: "{id}.{timestamp}.{body}", timestamp: { header: svix-timestamp, unit: s }, id: svix-id, key: whsec',
  ],
  ['zammad', 'zammad', 'header: X-Hub-Signature, algorithm: sha1, prefix: sha1='],
  [
    'zendesk',
    'zendesk',
    'header: X-Zendesk-Webhook-Signature, encoding: base64, signed: "{timestamp}{body}", timestamp: { header: X-Zendesk-Webhook-Signature-Timestamp, unit: iso }',
  ],
];

const directory = mkdtempSync(join(tmpdir(), 'onqueue-by-configuration-'));
const file = join(directory, 'onqueue.yaml');
writeFileSync(
  file,
  `netsapiens: { server: pbx.example.com, domain: acme.example }
alarms: { email: ops@acme.example }
sources:
${DESCRIPTIONS.map(([name, , hmac]) => `  ${name}:\n    type: http\n    auth: { hmac: { ${hmac} } }\n`).join('')}rules: []
`,
);
const { sources } = loadConfiguration(file);
rmSync(directory, { recursive: true });

const rowsOf = async (type: string): Promise<readonly Known[]> => {
  const { default: rows } = (await import(`./${type}.known.ts`)) as { default: readonly Known[] };
  return rows;
};

/** The scheme that the key is for is an HMAC, and not a hash, another kind of key, or a secret that comes along. */
const isHmac = ({ source, key, request }: Known): boolean =>
  listOf(schemesOf(source)).some(
    (scheme) =>
      'hmac' in scheme && isUsableKey(scheme, key) && headerOf(request, scheme.hmac.header) !== undefined,
  );

/** A URL with codes in it, of which HubSpot decodes some before it signs. No address of a webhook has any. */
const isPlain = ({ source, request }: Known): boolean =>
  source.type !== 'hubspot' || !request.url.includes('%');

const KNOWN = (
  await Promise.all(
    [...PLAIN_TYPES, ...OPTION_TYPES].map(async (type) =>
      (await rowsOf(type)).map((known) => ({ name: `${type}: ${known.title}`, type, known })),
    ),
  )
)
  .flat()
  .filter(({ known }) => isHmac(known) && isPlain(known));

const accepts = (name: string, { key, seconds = 0 }: Known, request: SignedRequest): boolean => {
  const source = sources[name];
  if (!source || !isWebhook(source)) throw new Error(`${name} is no source`);
  return verify(schemesOf(source), request, usableKeys(source, [key]), at(seconds)).ok;
};

describe.each(KNOWN)('$name', ({ type, known }) => {
  const names = DESCRIPTIONS.filter(([, of]) => of === type).map(([name]) => name);

  it('is accepted by a description alone', () => {
    expect(names.filter((name) => accepts(name, known, known.request))).toHaveLength(1);
  });

  it('is refused by it with another body', () => {
    const body = Uint8Array.from([...known.request.body, 0x20]);
    expect(names.filter((name) => accepts(name, known, { ...known.request, body }))).toEqual([]);
  });
});

test.each(DESCRIPTIONS)('%s describes what a known answer of %s is signed with', (name, type) => {
  const accepted = KNOWN.filter(({ type: of, known }) => of === type && accepts(name, known, known.request));
  expect(accepted).not.toEqual([]);
});
