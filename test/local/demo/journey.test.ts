import { describe, expect, it } from 'vitest';
import { takeAtOnce, takeStep } from '../../../local/demo/journey.ts';
import type { World } from '../../../local/demo/journey.ts';
import type { Answered, SeenOutcome } from '../../../local/demo/judge.ts';
import type { Step, Write } from '../../../local/demo/step.ts';

const EXPECTED = { source: 's', type: 't', outcome: 'added', code: 'agent-added' } as const;
const stepOf = (outcomes: Step['outcomes']): Step => ({
  title: 'a step',
  send: { to: 's', sign: () => ({ headers: {}, body: '' }) },
  status: 202,
  outcomes,
  writes: [],
});

const OLD: SeenOutcome = { id: 'old', outcome: 'added' };
const RETRYING: SeenOutcome = { id: 'new', outcome: 'retrying' };
const ADDED: SeenOutcome = { id: 'new', outcome: 'added' };
const STRAY: SeenOutcome = { id: 'stray', outcome: 'added' };
const write = (path: string): Write => ({ method: 'POST', path, body: {} });

const ACCEPTED: Answered = { status: 202, headers: {}, body: '' };

/** What each look shows, one after the other; it is late when there is nothing more to see. */
const worldOf = (looks: readonly (readonly SeenOutcome[])[], writes?: Write[]): World => {
  let look = 0;
  return {
    hands: undefined,
    send: () => {
      writes?.push(write('/new'));
      return Promise.resolve(ACCEPTED);
    },
    outcomes: () => Promise.resolve(looks[look] ?? []),
    writes: () => writes,
    pause: () => {
      look += 1;
      return Promise.resolve();
    },
    isLate: () => look === looks.length - 1,
  };
};

it.each([
  ['waits until all are there', [[OLD], [OLD], [OLD, ADDED]], [EXPECTED], [ADDED]],
  ['waits until none is retried', [[OLD], [RETRYING, OLD], [ADDED, OLD]], [EXPECTED], [ADDED]],
  ['gives up when it is late', [[], [RETRYING]], [EXPECTED], [RETRYING]],
  ['does not wait where nothing has to come', [[OLD], [OLD, STRAY]], [], []],
  ['tells the second of two that look alike', [[ADDED], [ADDED, ADDED]], [EXPECTED], [ADDED]],
])('%s', async (_, looks, outcomes, seen) => {
  expect(await takeStep(worldOf(looks), stepOf(outcomes))).toEqual({
    ...ACCEPTED,
    outcomes: seen,
    writes: undefined,
  });
});

it('shows the requests to NetSapiens since the step began', async () => {
  const seen = await takeStep(worldOf([[]], [write('/old')]), stepOf([]));
  expect(seen.writes).toEqual([write('/new')]);
});

describe('all at once', () => {
  const from = (source: string, agent: string): SeenOutcome => ({ id: 'e', source, outcome: 'added', agent });
  const toAgent = (agent: string): Write => ({
    method: 'POST',
    path: '/agents',
    body: { 'callqueue-agent-id': agent },
  });
  const step = (to: string, agent?: string): Step => ({
    title: agent ?? 'asks',
    send: { to, sign: () => ({ headers: {}, body: agent ?? 'asks' }) },
    status: 202,
    outcomes: agent === undefined ? [] : [{ ...EXPECTED, source: to, agent }],
    writes: agent === undefined ? [] : [toAgent(agent)],
  });
  const A = from('a', '1');
  const B = from('b', '2');

  it('gives each step the outcomes of its source and the requests of its agent, and no step a stray one', async () => {
    const sent: string[] = [];
    const world: World = {
      ...worldOf([[], [A], [B, A, from('c', '3')]], []),
      send: (sending) => {
        sent.push('sign' in sending ? sending.sign('', new Date(0), '').body : '');
        return Promise.resolve(ACCEPTED);
      },
      writes: () => [toAgent('2'), toAgent('3'), toAgent('1')],
    };
    const steps = [step('a'), step('a', '1'), step('b', '2')];
    expect(await takeAtOnce(world, steps)).toEqual([
      { step: steps[0], seen: { ...ACCEPTED, outcomes: [], writes: [] } },
      { step: steps[1], seen: { ...ACCEPTED, outcomes: [A], writes: [toAgent('1')] } },
      { step: steps[2], seen: { ...ACCEPTED, outcomes: [B], writes: [toAgent('2')] } },
    ]);
    expect(sent.indexOf('asks')).toBeLessThan(sent.indexOf('1'));
  });

  it('does not wait for the outcome of what was refused', async () => {
    const REFUSED = { ...ACCEPTED, status: 401 };
    const world: World = { ...worldOf([[], [A], [STRAY]]), send: () => Promise.resolve(REFUSED) };
    const [taken] = await takeAtOnce(world, [step('a', '1')]);
    expect(taken?.seen).toEqual({ ...REFUSED, outcomes: [], writes: undefined });
  });
});
