/** A function that dies at any of its calls, with several events in hand whose calls are made together. */
import { expect, test } from 'vitest';
import { TRUE_SYSTEM } from '../../local/soak/world.ts';
import { bodyOf, dieAt, inChain } from './conformance/chain.ts';
import type { Hire } from './conformance/chain.ts';

const HIRES: readonly Hire[] = [
  { id: 'e1', extension: '1001' },
  { id: 'e2', extension: '1002', team: 'Both' },
  { id: 'e3', extension: '1003' },
  { id: 'e4', extension: '1004' },
];

const DONE = ['e1 3000 added', 'e2 3000 added', 'e2 3001 added', 'e3 3000 added', 'e4 3000 added'];

/** What each event came to where the function dies at its so-many-th call; undefined where it has made fewer. */
const deadAt = async (call: number, when: 'before' | 'after') => {
  let calls = 0;
  const found = await inChain(TRUE_SYSTEM, async (chain) => {
    for (const hire of HIRES) await chain.post({ body: bodyOf(hire) });
    await chain.settle(
      dieAt((_, count) => {
        calls = count;
        return count === call;
      }, when),
    );
    return [
      ...(await chain.outcomes()).map(({ id, queue = '', outcome }) => `${id} ${queue} ${outcome}`).sort(),
      ...chain.simulator.overwrites.map(({ agent }) => `${agent} was added twice`),
      ...['3000', '3001'].map((queue) => `${queue}: ${chain.simulator.agents(queue).length}`),
      `${await chain.left()} left`,
    ];
  });
  return calls < call ? undefined : found;
};

test.each(['before', 'after'] as const)(
  'dies %s each call of a batch in turn: nobody is lost, nobody is added twice, each is told once',
  async (when) => {
    let calls = 0;
    for (;;) {
      const found = await deadAt(calls + 1, when);
      if (!found) break;
      calls += 1;
      expect(found, `dead ${when} call ${calls}`).toEqual([...DONE, '3000: 4', '3001: 1', '0 left']);
    }
    // The secret, two queues and their agents, claims, leases, five POSTs, what is done and what it came to.
    expect(calls).toBeGreaterThan(12);
  },
);
