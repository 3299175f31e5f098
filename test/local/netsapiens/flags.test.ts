import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { UsageError } from '../../../local/flags.ts';
import { readSimulatorFlags } from '../../../local/netsapiens/flags.ts';
import { started } from './call.ts';

const fileOf = async (text: string, name = 'pbx.yaml'): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

test('without flags: port 8788, and a domain that is generated', () => {
  const { port, telephones } = readSimulatorFlags([]);
  const { domain, users, queues } = telephones;
  expect({ port, domain, users: users.length, queues: queues.map(({ callqueue }) => callqueue) }).toEqual({
    port: 8788,
    domain: 'acme.example',
    // 200 people and two records of the system
    users: 202,
    queues: ['3000', '3001', '3900'],
  });
});

test('with --port, --domain and --users', () => {
  const { port, telephones } = readSimulatorFlags('--port 0 --domain b.example --users 1'.split(' '));
  expect(port).toBe(0);
  expect(telephones).toMatchObject({
    domain: 'b.example',
    users: [{ user: '10000', 'email-address': 'ada.ames@b.example' }],
  });
});

test('no people at all', () => {
  expect(readSimulatorFlags(['--users', '0']).telephones.users).toEqual([]);
});

test.each([
  [['--users', '100001'], '--users: "100001" is no number from 0 to 100000'],
  [['--users', '1e3'], '--users: "1e3" is no number from 0 to 100000'],
  [['--port', 'http'], '--port: "http" is no port'],
  [['--domain', ''], 'domain: must not be empty'],
  [['--verbose'], 'npm run simulator -- [FLAGS]'],
  [['extra'], 'npm run simulator -- [FLAGS]'],
  [['--file', 'a.yaml', '--users', '3'], '--domain and --users do not go with it'],
  [['--file', 'no-such-file.yaml'], '--file no-such-file.yaml: ENOENT'],
])('%j: %s', (args, message) => {
  expect(() => readSimulatorFlags(args)).toThrow(UsageError);
  expect(() => readSimulatorFlags(args)).toThrow(message);
});

describe('--file', () => {
  it('describes the whole domain, in YAML', async () => {
    const file = await fileOf(`
domain: b.example
people: 1
users:
  - { user: "1001", name-first-name: Ada, email-address: "ada@b.example;a@b.example", devices: ["1001", "1001wp"] }
  - { user: "0100", service-code: system-aa }
queues:
  - callqueue: "3000"
    description: Support
    callqueue-dispatch-type: Ring All
    agents: [{ callqueue-agent-id: 1001@b.example, callqueue-agent-wrap-up-allowance-seconds: 90 }]
tokens:
  nsd_reader: read-only
  nsd_narrow: { models: [agent], readOnly: true }
firstUser: 1
alreadyThere: conflict
emptyQueue: not-found
tildeForKeys: refused
lagMs: 500
blockMs: 60000
latencyMs: 20
`);
    expect(readSimulatorFlags(['--file', file])).toEqual({
      port: 8788,
      telephones: {
        domain: 'b.example',
        users: [
          {
            user: '1001',
            'name-first-name': 'Ada',
            'email-address': 'ada@b.example;a@b.example',
            devices: ['1001', '1001wp'],
          },
          { user: '0100', 'service-code': 'system-aa' },
          {
            user: '10000',
            'name-first-name': 'Ada',
            'name-last-name': 'Ames',
            'email-address': 'ada.ames@b.example',
            department: 'Support',
          },
        ],
        queues: [
          {
            callqueue: '3000',
            description: 'Support',
            'callqueue-dispatch-type': 'Ring All',
            agents: [
              { 'callqueue-agent-id': '1001@b.example', 'callqueue-agent-wrap-up-allowance-seconds': 90 },
            ],
          },
        ],
        tokens: { nsd_reader: 'read-only', nsd_narrow: { models: ['agent'], readOnly: true } },
        firstUser: 1,
        alreadyThere: 'conflict',
        emptyQueue: 'not-found',
        tildeForKeys: 'refused',
        lagMs: 500,
        blockMs: 60_000,
        latencyMs: 20,
      },
    });
  });

  it('is as docs/simulator.md shows one', async () => {
    const guide = await readFile(join(import.meta.dirname, '../../../docs/simulator.md'), 'utf8');
    const file = await fileOf(/```yaml\n(.*?)```/s.exec(guide)?.[1] ?? '');
    const { telephones } = readSimulatorFlags(['--file', file]);
    expect(telephones.users).toHaveLength(506);
    const simulator = await started(telephones);
    expect(simulator.agents('3000')).toMatchObject([{ 'callqueue-agent-id': '1001@acme.example' }]);
  });

  it('may be JSON, and leave everything out', async () => {
    const file = await fileOf('{}', 'pbx.json');
    expect(readSimulatorFlags(['--file', file]).telephones).toMatchObject({ domain: 'acme.example' });
    expect(readSimulatorFlags(['--file', file]).telephones.users).toHaveLength(202);
  });

  it.each([
    ['', ': must be a mapping of keys to values'],
    ['users: [{ user: 1001 }]', ': users.0.user: must be text'],
    ['queues: [{ callqueue: "3000" }]', ': queues.0.description: must be text'],
    ['user: []', ': is not known; users is meant?'],
    ['people: -1', ': people: must be at least 0'],
    ['firstUser: 2', ': firstUser: must be one of: 0, 1'],
    [
      'tokens: { nsd_a: { models: [users] } }',
      ': tokens.nsd_a: must be full, read-only, none, or { models: [...] } with some of agent, callqueue, subscriber, device, *',
    ],
    ['domain: [', ': '],
  ])('is wrong: %j', async (text, message) => {
    const file = await fileOf(text);
    expect(() => readSimulatorFlags(['--file', file])).toThrow(UsageError);
    expect(() => readSimulatorFlags(['--file', file])).toThrow(`${file}${message}`);
  });
});
