import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runDemo } from '../../../local/demo/run.ts';
import type { DemoOptions } from '../../../local/demo/run.ts';
import { DOMAIN, QUEUES, USERS } from '../../../local/demo/setting.ts';
import { STORY } from '../../../local/demo/story.ts';
import { startSimulator } from '../../../local/netsapiens/simulator.ts';
import type { SimulatorOptions } from '../../../local/netsapiens/simulator.ts';

const CONFIGURATION = join(import.meta.dirname, '../../../onqueue.yaml');

/** The demo in this process, and what it printed. */
const demo = async (options: Partial<DemoOptions> = {}): Promise<{ isRight: boolean; printed: string }> => {
  const printed: string[] = [];
  const isRight = await runDemo({
    tale: STORY,
    configurationFile: CONFIGURATION,
    bundled: false,
    port: 0,
    keys: {
      bamboohr: ['bamboo-next', 'bamboo-before'],
      helpdesk: 'zendesk-key',
      signup: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      requests: 'requests-key',
      payroll: 'payroll-key',
    },
    token: 'nsd_demo',
    print: (text) => printed.push(text),
    ...options,
  });
  return { isRight, printed: printed.join('\n') };
};

const elsewhere = async (options: Partial<SimulatorOptions>) => {
  const simulator = await startSimulator({
    domain: DOMAIN,
    queues: QUEUES,
    users: USERS,
    token: 'nsd_demo',
    ...options,
  });
  onTestFinished(simulator.close);
  return simulator;
};

it("comes out as expected with the repository's onqueue.yaml, and shows what NetSapiens got", async () => {
  const { isRight, printed } = await demo();
  expect(isRight).toBe(true);
  expect(printed).toContain('All as expected.');
  expect(printed).toContain(
    '27 outcomes: 14 added, 4 duplicate, 2 ignored, 3 parked, 2 already-member, 2 retrying.',
  );
  expect(printed).toContain(
    [
      '6   POST /domains/acme.example/callqueues/3500/agents  answered 202',
      '      { "callqueue-agent-id": "1003@acme.example", "callqueue-agent-availability-type": "manual" }',
    ].join('\n'),
  );
  expect(printed.split('\n').filter((line) => line.length > 110)).toEqual([]);
});

it('expects the same of a server in place of the simulator, without a look into it', async () => {
  const { origin, agents } = await elsewhere({});
  const { isRight, printed } = await demo({ netsapiens: origin });
  expect(isRight).toBe(true);
  expect(printed).toContain('All as expected.');
  expect(printed).not.toContain('What NetSapiens was asked to do');
  expect(agents('3900').map((row) => row['callqueue-agent-id'])).toEqual(['sip:1005n@acme.example']);
});

it('fails, and says in what, where somebody is on a queue already', async () => {
  const [first, ...others] = QUEUES;
  if (!first) throw new Error('the story has queues');
  const there = { 'callqueue-agent-id': '1001@acme.example' };
  const { origin } = await elsewhere({ queues: [{ ...first, agents: [there] }, ...others] });
  const { isRight, printed } = await demo({ netsapiens: origin });
  expect(isRight).toBe(false);
  expect(printed.replaceAll(/\s+/g, ' ')).toContain(
    'an outcome was not expected: source bamboohr, type employee.updated, subject 501, outcome already-member, code already-on-queue, rule Support hires answer support calls, queue 3000, agent 1001@acme.example',
  );
});

it('fails, and says in what, where a rule asks for something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'onqueue-demo-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const configurationFile = join(folder, 'onqueue.yaml');
  const text = await readFile(CONFIGURATION, 'utf8');
  await writeFile(
    configurationFile,
    text.replace('wrap-up-allowance-seconds: 15', 'wrap-up-allowance-seconds: 16'),
  );
  const { isRight, printed } = await demo({ configurationFile });
  expect(isRight).toBe(false);
  expect(printed).toContain('NOT as expected:\n\n10  Bearer sender: a rule that sets all fields\n');
});

it('has no key to sign with: says which', async () => {
  await expect(demo({ keys: {} })).rejects.toThrow('there is no key for bamboohr');
});
