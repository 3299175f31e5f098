/** The sixteen scenarios: each a function of the system under test that gives back what it did wrong. */
import type { Hop } from '../../../local/soak/container.ts';
import type { System } from '../../../local/soak/world.ts';
import { bodyOf, dieAt, inChain, isCall, timeoutAfter, TOKEN } from './chain.ts';
import type { Chain, Hire, Posting } from './chain.ts';

const HOUR_MS = 60 * 60_000;

export type Scenario = (system: System) => Promise<readonly string[]>;

const JANE: Hire = { id: 'e1', extension: '1000' };
const posting = (hire: Hire): Posting => ({ body: bodyOf(hire) });

const differs = (what: string, is: unknown, shouldBe: unknown): string[] =>
  JSON.stringify(is) === JSON.stringify(shouldBe)
    ? []
    : [`${what}: ${JSON.stringify(is)}, and should be ${JSON.stringify(shouldBe)}`];

interface End {
  /** `id outcome`, or `id queue outcome` where the queue is not 3000; in any order. */
  readonly outcomes: readonly string[];
  /** Extensions on queue 3000. */
  readonly agents: readonly string[];
  /** Whether they have to have come in this order. */
  readonly inOrder?: true;
  /** Extensions on queue 3001. */
  readonly others?: readonly string[];
}

/** What holds at the end of every scenario, and what came out of this one. */
const endOf = async (chain: Chain, settled: boolean, { outcomes, agents, inOrder, others = [] }: End) => {
  const lines = await chain.outcomes();
  const on = (queue: string) =>
    chain.simulator.agents(queue).map((agent) => agent['callqueue-agent-id'].split('@')[0]);
  return [
    ...differs('everything came to an end', settled, true),
    ...differs('messages left', await chain.left(), 0),
    ...differs('messages parked', (await chain.parked()).length, 0),
    ...differs(
      'outcomes',
      lines
        .map(({ id, queue = '', outcome }) => [id, ...(queue === '3001' ? [queue] : []), outcome].join(' '))
        .sort(),
      [...outcomes].sort(),
    ),
    ...differs('agents on 3000', inOrder ? on('3000') : on('3000').sort(), agents),
    ...differs('agents on 3001', on('3001'), others),
    ...differs('agents added twice', chain.simulator.overwrites, []),
  ];
};

const NOTHING: End = { outcomes: [], agents: [] };

/** Refused with this status, and nothing comes of it. */
const refused =
  (given: Omit<Posting, 'body'> & { readonly body?: string }, status: number): Scenario =>
  (system) =>
    inChain(system, async (chain) => [
      ...differs('the answer', await chain.post({ ...posting(JANE), ...given }), status),
      ...(await endOf(chain, await chain.settle(), NOTHING)),
    ]);

const valid: Scenario = (system) =>
  inChain(system, async (chain) => [
    ...differs('the answer', await chain.post(posting(JANE)), 202),
    ...(await endOf(chain, await chain.settle(), { outcomes: ['e1 added'], agents: ['1000'] })),
  ]);

const sequentialDuplicate: Scenario = (system) =>
  inChain(system, async (chain) => {
    await chain.post(posting(JANE));
    await chain.settle();
    return [
      ...differs('the answer to the second', await chain.post(posting(JANE)), 202),
      ...(await endOf(chain, await chain.settle(), {
        outcomes: ['e1 added', 'e1 duplicate'],
        agents: ['1000'],
      })),
    ];
  });

const concurrentDuplicates: Scenario = (system) =>
  inChain(system, async (chain) => {
    const answers = await Promise.all([1, 2, 3].map(() => chain.post(posting(JANE))));
    return [
      ...differs('the answers', answers, [202, 202, 202]),
      ...(await endOf(chain, await chain.settleApart(), {
        outcomes: ['e1 added', 'e1 duplicate', 'e1 duplicate'],
        agents: ['1000'],
      })),
    ];
  });

/** Two events of one worker, of which the first has trouble: the second must not overtake it. */
const orderReversal: Scenario = (system) =>
  inChain(system, async (chain) => {
    chain.simulator.misbehave({ when: { method: 'POST' }, how: { status: 503 } });
    await chain.post(posting({ id: 'e1', extension: '1000', worker: 'w1' }));
    await chain.post(posting({ id: 'e2', extension: '1001', worker: 'w1' }));
    return endOf(chain, await chain.settle(), {
      outcomes: ['e1 added', 'e2 added'],
      agents: ['1000', '1001'],
      inOrder: true,
    });
  });

const timeoutThenRetry: Scenario = (system) =>
  inChain(system, async (chain) => {
    await chain.post(posting(JANE));
    let first = true;
    const slow: Hop = (next) => (exchange) => {
      if (!first || !isCall('NetSapiens.POST', exchange)) return next(exchange);
      first = false;
      return timeoutAfter(chain, next(exchange));
    };
    return endOf(chain, await chain.settle(slow), { outcomes: ['e1 added'], agents: ['1000'] });
  });

const connectionFailure: Scenario = (system) =>
  inChain(system, async (chain) => {
    for (const reset of ['before', 'after'] as const)
      chain.simulator.misbehave({ when: { method: 'POST' }, how: { reset } });
    chain.simulator.misbehave({ when: { method: 'GET' }, how: { reset: 'before' } });
    const hires = ['1000', '1001', '1002'].map((extension) => ({ id: `e${extension}`, extension }));
    for (const hire of hires) await chain.post(posting(hire));
    return endOf(chain, await chain.settle(), {
      outcomes: hires.map(({ id }) => `${id} added`),
      agents: hires.map(({ extension }) => extension),
    });
  });

/** The function dies when all is on the queue and before anybody was told; then before anything is on the queue. */
const receiverRestart: Scenario = (system) =>
  inChain(system, async (chain) => {
    const atSend = (when: 'before' | 'after') =>
      dieAt((exchange) => isCall('SendMessageBatch', exchange), when);
    const send = async (hire: Hire, when: 'before' | 'after') => {
      const answer = await chain.post(posting(hire), atSend(when));
      // As senders do: no answer, and it is sent again.
      return answer === undefined ? [answer, await chain.post(posting(hire))] : [answer];
    };
    return [
      ...differs('the answers', await send(JANE, 'after'), [null, 202]),
      ...differs('the answers', await send({ id: 'e2', extension: '1001' }, 'before'), [null, 202]),
      ...(await endOf(chain, await chain.settle(), {
        outcomes: ['e1 added', 'e1 duplicate', 'e2 added'],
        agents: ['1000', '1001'],
      })),
    ];
  });

/** The function dies at its first call, at its second..., before each and after each. */
const crashInTheMiddle: Scenario = (system) =>
  inChain(system, async (chain) => {
    let settled = true;
    const extensions: string[] = [];
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; nth <= 10; nth += 1) {
        const extension = String(1000 + extensions.length);
        extensions.push(extension);
        await chain.post(posting({ id: `e${extension}`, extension }));
        settled &&= await chain.settle(dieAt((_, count) => count === nth, when));
      }
    return endOf(chain, settled, {
      outcomes: extensions.map((extension) => `e${extension} added`),
      agents: extensions,
    });
  });

/** One event for two queues of which the second has trouble, beside an event that has none. */
const partialProcessing: Scenario = (system) =>
  inChain(system, async (chain) => {
    chain.simulator.misbehave({ when: { method: 'POST', path: /3001/ }, how: { status: 500 } });
    await chain.post(posting({ ...JANE, team: 'Both' }));
    await chain.post(posting({ id: 'e2', extension: '1001' }));
    const settled = await chain.settle();
    const posts = chain.simulator.requests.filter(
      ({ method, path }) => method === 'POST' && path.includes('3000'),
    );
    return [
      ...differs('POSTs to the queue without trouble', posts.length, 2),
      ...(await endOf(chain, settled, {
        outcomes: ['e1 added', 'e1 3001 added', 'e2 added'],
        agents: ['1000', '1001'],
        others: ['1000'],
      })),
    ];
  });

const redactionCanary: Scenario = (system) =>
  inChain(system, async (chain) => {
    const canary = { ...JANE, id: 'canary-id', worker: 'canary-worker', name: 'Canary Bird' };
    chain.simulator.misbehave({ when: { method: 'POST' }, how: { status: 503, body: 'canary-answer' } });
    await chain.post(posting(canary));
    await chain.post({ ...posting(canary), key: 'canary-key' });
    await chain.post({ body: 'canary-body' });
    chain.secrets.put('token', 'nsd_canary-token');
    chain.clock.after(HOUR_MS, () => chain.secrets.put('token', TOKEN));
    await chain.settle(dieAt((_, count) => count === 3, 'after'));
    return chain.lines.length < 3
      ? [`the log has ${chain.lines.length} lines: nothing was looked at`]
      : chain.lines.filter((line) => /canary|1000@|nsd_|payroll-key/i.test(line));
  });

export const SCENARIOS = {
  valid,
  'sequential duplicate': sequentialDuplicate,
  'concurrent duplicates': concurrentDuplicates,
  'order reversal': orderReversal,
  'timeout then retry': timeoutThenRetry,
  'connection failure': connectionFailure,
  'missing signature': refused({ headers: { 'x-signature': '' } }, 401),
  'malformed signature': refused({ headers: { 'x-signature': 'not hex' } }, 401),
  'wrong-key signature': refused({ key: 'another key' }, 401),
  stale: refused({ signedAgo: 301 }, 401),
  'altered after signing': refused({ altered: bodyOf({ ...JANE, extension: '1001' }) }, 401),
  'malformed body': refused({ body: '{"id":' }, 400),
  'receiver restart': receiverRestart,
  'crash in the middle': crashInTheMiddle,
  'partial processing': partialProcessing,
  'redaction canary': redactionCanary,
} satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;
