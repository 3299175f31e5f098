import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientConfig } from '../../local/aws/account.ts';
import { startEmbedded } from '../../local/embedded.ts';
import type { Embedded } from '../../local/embedded.ts';
import { startSimulator } from '../../local/netsapiens/simulator.ts';
import type { Simulator } from '../../local/netsapiens/simulator.ts';

const CONFIGURATION = `
netsapiens: { server: pbx.example.com, domain: acme.example }
alarms: { email: telephony@acme.example }
sources:
  requests:
    type: http
    auth: { bearer: {} }
    event: { id: '{% body.id %}', type: '{% body.kind %}', subject: '{% body.extension %}' }
    person: { extension: '{% body.extension %}' }
  payroll:
    type: http
    auth: { hmac: { header: X-Signature } }
    event: { id: '{% body.id %}', type: '{% body.kind %}', subject: '{% body.extension %}' }
    person: { extension: '{% body.extension %}' }
  people:
    type: eventbridge
    bus: people
    pattern: { source: [acme.hr], detail: { kind: [{ prefix: hire }] } }
    person: { extension: '{% detail.extension %}' }
rules:
  - name: Hires
    from: [requests, payroll, people]
    when: "{% type in ['hire', 'Hired'] %}"
    queues: ['3000']
    agent:
      callqueue-agent-id: "{% person.extension & '@acme.example' %}"
      callqueue-agent-availability-type: manual
`;
const TOKEN = 'nsd_test-token';
const KEYS = { requests: 'bearer-key', payroll: ['old-key', 'new-key'] };
const POSTED = {
  method: 'POST',
  path: '/domains/acme.example/callqueues/3000/agents',
  body: { 'callqueue-agent-id': '1001@acme.example', 'callqueue-agent-availability-type': 'manual' },
  status: 202,
};

let directory: string;
let configurationFile: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onqueue-test-'));
  configurationFile = join(directory, 'onqueue.yaml');
  await writeFile(configurationFile, CONFIGURATION);
});
afterAll(() => rm(directory, { recursive: true }));

describe.each([{ bundled: false }, { bundled: true }])('bundled: $bundled', ({ bundled }) => {
  let simulator: Simulator;
  let embedded: Embedded;
  let log: string[];

  beforeEach(async () => {
    log = [];
    simulator = await startSimulator({
      domain: 'acme.example',
      token: TOKEN,
      users: [{ user: '1001' }, { user: '1002' }],
      queues: [{ callqueue: '3000', description: 'Support' }],
    });
    embedded = await startEmbedded({
      configurationFile,
      netsapiens: simulator.origin,
      keys: KEYS,
      token: TOKEN,
      bundled,
      write: (line) => log.push(line),
    });
  });

  afterEach(async () => {
    await embedded.close();
    await simulator.close();
  });

  const hire = (id: string, extension = '1001', kind = 'hire') => JSON.stringify({ id, kind, extension });

  const post = (source: string, headers: Record<string, string>, body: string) =>
    fetch(`${embedded.origin}/webhooks/${source}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  const request = (body: string, key = 'bearer-key') =>
    post('requests', { authorization: `Bearer ${key}` }, body);

  /** As many as there are to be, once nothing is under way any more. */
  const outcomes = async (count: number) => {
    await expect.poll(async () => (await embedded.outcomes()).length).toBe(count);
    const answer = await fetch(`${embedded.origin}/outcomes`);
    return (await answer.json()) as Record<string, unknown>[];
  };
  /** What goes on outside of the functions, or inside them alone, is the same in bundles. */
  const inProcess = (title: string, run: () => Promise<void>) => {
    if (!bundled) test(title, run);
  };
  const writes = () => simulator.requests.filter(({ method }) => method !== 'GET');

  test('a webhook becomes an agent on a queue, and its repetition does not', async () => {
    const accepted = await request(hire('r-1'));
    expect([accepted.status, await accepted.json()]).toMatchObject([202, { events: 1 }]);
    expect(await outcomes(1)).toEqual([
      {
        id: 'r-1',
        source: 'requests',
        type: 'hire',
        subject: '1001',
        rule: 'Hires',
        queue: '3000',
        agent: '1001@acme.example',
        outcome: 'added',
        code: 'agent-added',
        reason: expect.any(String) as unknown,
        attempts: 1,
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
      },
    ]);
    await request(hire('r-1'));
    await request(hire('r-2'));
    expect((await outcomes(3)).map(({ outcome }) => outcome)).toEqual([
      'added',
      'duplicate',
      'already-member',
    ]);
    expect(writes()).toMatchObject([POSTED]);
    expect(simulator.overwrites).toEqual([]);
  });

  inProcess('a signature over the raw bytes opens, with either key; another does not', async () => {
    const body = hire('p-1');
    const sign = (key: string) => createHmac('sha256', key).update(body).digest('hex');
    const status = async (key: string) => (await post('payroll', { 'x-signature': sign(key) }, body)).status;
    expect(await status('another-key')).toBe(401);
    expect(await status('new-key')).toBe(202);
    expect(await status('old-key')).toBe(202);
    expect((await outcomes(2)).map(({ outcome }) => outcome)).toEqual(['added', 'duplicate']);
    // The same bytes under a content type that API Gateway takes for binary: they arrive base64-encoded.
    const binary = { 'x-signature': sign('new-key'), 'content-type': 'application/octet-stream' };
    expect((await post('payroll', binary, body)).status).toBe(202);
    await outcomes(3);
  });

  test('an event on the bus becomes an agent on a queue, where the pattern matches', async () => {
    const client = new EventBridgeClient(clientConfig(embedded.origin));
    const entry = (kind: string, bus: string) => ({
      EventBusName: bus,
      Source: 'acme.hr',
      DetailType: 'Hired',
      Detail: JSON.stringify({ kind, extension: '1001' }),
    });
    const { FailedEntryCount: failed, Entries: entries = [] } = await client.send(
      new PutEventsCommand({
        Entries: [entry('fired', 'people'), entry('hired', 'default'), entry('hired', 'people')],
      }),
    );
    client.destroy();
    expect(failed).toBe(0);
    expect(await outcomes(1)).toMatchObject([
      { id: entries[2]?.EventId, source: 'people', type: 'Hired', queue: '3000', outcome: 'added' },
    ]);
    expect(writes()).toMatchObject([POSTED]);
  });

  test('what cannot be done is parked with the reason and the owner, and the event is whole', async () => {
    await request(hire('r-1', '10 01'));
    expect(await outcomes(1)).toMatchObject([{ id: 'r-1', outcome: 'parked', rule: 'Hires' }]);
    const client = new SQSClient(embedded.sqs);
    const { Messages: [parked] = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: embedded.deadLetterQueueUrl,
        WaitTimeSeconds: 5,
        MessageAttributeNames: ['All'],
      }),
    );
    client.destroy();
    expect(JSON.parse(parked?.Body ?? '')).toMatchObject({
      specversion: '1.0',
      id: 'r-1',
      data: { payload: { id: 'r-1', kind: 'hire', extension: '10 01' } },
    });
    expect(parked?.MessageAttributes).toMatchObject({
      owner: { StringValue: expect.stringMatching(/^(event|configuration)$/) as unknown },
      reason: { StringValue: expect.any(String) as unknown },
    });
    expect(writes()).toEqual([]);
  });

  inProcess('an event that no rule wants is told so', async () => {
    await request(hire('r-1', '1001', 'fire'));
    expect(await outcomes(1)).toMatchObject([{ id: 'r-1', outcome: 'ignored', code: 'no-rule-wants-it' }]);
  });

  inProcess('keys out of reach: 503, and nothing is taken', async () => {
    embedded.troubleSecrets('down');
    const refused = await request(hire('r-1'));
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    embedded.troubleSecrets(undefined);
    expect((await request(hire('r-1'))).status).toBe(202);
    await outcomes(1);
  });

  test('an exchanged token is read afresh', async () => {
    await request(hire('r-1', '1001'));
    await outcomes(1);
    simulator.tokens.delete(TOKEN);
    simulator.tokens.set('nsd_next-token', 'full');
    embedded.setToken('{"token":"nsd_next-token"}');
    await request(hire('r-2', '1002'));
    expect((await outcomes(2)).map(({ outcome }) => outcome)).toEqual(['added', 'added']);
  });

  inProcess('the front says what there is, and has nothing else', async () => {
    const hello = await (await fetch(embedded.origin)).text();
    expect(hello).toContain(`${embedded.origin}/outcomes`);
    expect(await outcomes(0)).toEqual([]);
    for (const path of ['/outcome', '/webhooks', '/webhooks/a/b'])
      expect((await fetch(embedded.origin + path)).status).toBe(404);
    expect((await post('nobody', {}, '{}')).status).toBe(404);
    expect((await fetch(`${embedded.origin}/webhooks/requests`)).status).toBe(405);
  });

  inProcess('no key, no token and nothing of a body is in a log', async () => {
    await request('{"id":"r-1","kind":"hire","extension":"1001","note":"canary-7431"}');
    await request('{"id":"r-2","note":"canary-7431"}', 'canary-key');
    await outcomes(1);
    const all = log.join('\n');
    expect(all).toContain('"outcome":"added"');
    for (const secret of ['canary', 'bearer-key', TOKEN, '1001']) expect(all).not.toContain(secret);
  });
});

test('functions that are killed on their way lose nothing and do nothing twice', async () => {
  const log: string[] = [];
  const simulator = await startSimulator({
    domain: 'acme.example',
    token: TOKEN,
    users: [{ user: '1001' }],
    queues: [{ callqueue: '3000', description: 'Support' }],
  });
  const embedded = await startEmbedded({
    configurationFile,
    netsapiens: simulator.origin,
    keys: KEYS,
    token: TOKEN,
    bundled: true,
    visibilityTimeoutSeconds: 5,
    write: (line) => log.push(line),
  });
  // Sooner than any process can start.
  const killing = () => setInterval(() => embedded.kill(), 5);
  let killer = killing();
  try {
    const send = async () =>
      await fetch(`${embedded.origin}/webhooks/requests`, {
        method: 'POST',
        headers: { authorization: 'Bearer bearer-key', 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'r-1', kind: 'hire', extension: '1001' }),
      });
    expect((await send()).status).toBe(500);
    clearInterval(killer);
    expect((await send()).status).toBe(202);
    killer = killing();
    await expect.poll(() => log.join()).toContain('a batch of 1 failed: FunctionError');
    clearInterval(killer);
    await expect
      .poll(() => embedded.outcomes())
      .toMatchObject([{ id: 'r-1', outcome: 'added', attempts: 2 }]);
    expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  } finally {
    clearInterval(killer);
    await embedded.close();
    await simulator.close();
  }
});
