import { expect, it } from 'vitest';
import { takeStep } from '../../../local/demo/journey.ts';
import type { World } from '../../../local/demo/journey.ts';
import type { SeenOutcome } from '../../../local/demo/judge.ts';
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

/** What each look shows, one after the other; it is late when there is nothing more to see. */
const worldOf = (looks: readonly (readonly SeenOutcome[])[], writes?: Write[]): World => {
  let look = 0;
  return {
    send: () => {
      writes?.push(write('/new'));
      return Promise.resolve(202);
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
    status: 202,
    outcomes: seen,
    writes: undefined,
  });
});

it('shows the requests to NetSapiens since the step began', async () => {
  const seen = await takeStep(worldOf([[]], [write('/old')]), stepOf([]));
  expect(seen.writes).toEqual([write('/new')]);
});
