/** Faults that the random run (npm run soak) has found, one test for each, so that none comes back. */
import { expect, test } from 'vitest';
import { TRUE_SYSTEM } from '../../local/soak/world.ts';
import type { Hop } from '../../local/soak/container.ts';
import { deliverBatch } from '../../local/soak/drive.ts';
import { bodyOf, inChain, isCall, TOKEN } from './conformance/chain.ts';

const HOUR_MS = 60 * 60_000;

test('a credential that was refused for 25 hours costs no event its patience for other faults', async () => {
  const found = await inChain(TRUE_SYSTEM, async (chain) => {
    chain.secrets.put('token', 'nsd_wrong');
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
    chain.clock.after(25 * HOUR_MS, () => {
      chain.secrets.put('token', TOKEN);
      chain.simulator.misbehave({ when: { method: 'POST' }, how: { status: 503 } });
    });
    await chain.settle();
    return (await chain.outcomes()).map(({ outcome, code }) => `${outcome} ${code}`);
  });
  expect(found).toEqual(['added agent-added']);
});

test('an event that stood behind another for a day is tried more than once', async () => {
  const found = await inChain(TRUE_SYSTEM, async (chain) => {
    chain.simulator.misbehave({
      times: 'always',
      when: { method: 'POST', path: /3001/ },
      how: { status: 503 },
    });
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000', worker: 'w1', team: 'Both' }) });
    await chain.post({ body: bodyOf({ id: 'e2', extension: '1001', worker: 'w1' }) });
    let refused = false;
    const once: Hop = (next) => (exchange) => {
      if (refused || !isCall('NetSapiens.POST', exchange) || !exchange.body?.includes('1001'))
        return next(exchange);
      refused = true;
      return Promise.resolve({ kind: 'answer', status: 503, headers: {}, body: '' });
    };
    await chain.settle(once);
    return (await chain.outcomes())
      .filter(({ id }) => id === 'e2')
      .map(({ outcome, code }) => `${outcome} ${code}`);
  });
  expect(found).toEqual(['added agent-added']);
});

test('what an event came to is not overwritten by a copy of its delivery that came too late', async () => {
  const found = await inChain(TRUE_SYSTEM, async (chain) => {
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
    const records = await chain.take();
    const firstDone = Promise.withResolvers<undefined>();
    const copyWrites = Promise.withResolvers<undefined>();
    // The copy finds the event claimed; what it then writes arrives after the first is done.
    const late: Hop = (next) => async (exchange) => {
      if (isCall('PutItem', exchange)) {
        copyWrites.resolve(undefined);
        await firstDone.promise;
      }
      return next(exchange);
    };
    let copy: Promise<void> | undefined;
    const first: Hop = (next) => async (exchange) => {
      if (isCall('NetSapiens.GET', exchange)) {
        copy = deliverBatch(chain, records, chain.deliverer(late));
        await copyWrites.promise;
      }
      return next(exchange);
    };
    await deliverBatch(chain, records, chain.deliverer(first));
    firstDone.resolve(undefined);
    await copy;
    return [
      ...(await chain.outcomes()).map(({ outcome, code }) => `${outcome} ${code}`),
      `${await chain.left()} left`,
    ];
  });
  expect(found).toEqual(['added agent-added', '0 left']);
});

test.each([5, 25])(
  'a second event about a person, 2 s after the first, adds nobody twice where a write shows only after %i s',
  async (seconds) => {
    const overwrites = await inChain(TRUE_SYSTEM, async (chain) => {
      const { clock } = chain;
      let hiddenUntil = 0;
      const behind: Hop = (next) => async (exchange) => {
        const reply = await next(exchange);
        if (isCall('NetSapiens.POST', exchange)) hiddenUntil = clock.now() + seconds * 1000;
        return isCall('NetSapiens.GET', exchange) && reply.kind === 'answer' && clock.now() < hiddenUntil
          ? { ...reply, body: '[]' }
          : reply;
      };
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000', worker: 'w1' }) });
      await chain.settle(behind);
      clock.advance(clock.now() + 2_000);
      await chain.post({ body: bodyOf({ id: 'e2', extension: '1000', worker: 'w2' }) });
      await chain.settle(behind);
      return chain.simulator.overwrites.map(({ agent }) => agent);
    });
    expect(overwrites).toEqual([]);
  },
);
