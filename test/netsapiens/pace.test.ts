import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPace } from '../../lambda/netsapiens/pace.ts';

/** A clock that moves on when nothing else is left to do. */
const virtualClock = () => {
  let time = 5_000;
  const timers: { readonly at: number; readonly ring: () => void }[] = [];
  return {
    now: () => time,
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        timers.push({ at: time + ms, ring: resolve });
      }),
    setBack: (ms: number) => (time -= ms),
    /** Until no timer is left. */
    run: async () => {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        timers.sort((a, b) => a.at - b.at);
        const next = timers.shift();
        if (!next) return;
        time = Math.max(time, next.at);
        next.ring();
      }
    },
  };
};

test('a second sees so many starts, at once; the next come when those are a second past', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 100, perSecond: 2 }, clock);
  const starts: number[] = [];
  const works = [1, 2, 3, 4, 5].map(() =>
    pace(async () => {
      starts.push(clock.now());
      await clock.sleep(3_000);
    }),
  );
  await clock.run();
  await Promise.all(works);
  expect(starts).toEqual([5_000, 5_000, 6_000, 6_000, 7_000]);
});

test('a part of a call a second is one in more seconds', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 100, perSecond: 0.25 }, clock);
  const works = [1, 2, 3].map(() => pace(() => Promise.resolve(clock.now())));
  await clock.run();
  expect(await Promise.all(works)).toEqual([5_000, 9_000, 13_000]);
});

test('a rest saves nothing up', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 100, perSecond: 2 }, clock);
  await pace(() => Promise.resolve());
  const rest = clock.sleep(10_000);
  await clock.run();
  await rest;
  const works = [1, 2, 3].map(() => pace(() => Promise.resolve(clock.now())));
  await clock.run();
  expect(await Promise.all(works)).toEqual([15_000, 15_000, 16_000]);
});

test('no more than so many at once, and the longest in line is next', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 2, perSecond: 1_000 }, clock);
  const told: string[] = [];
  const works = [300, 100, 100, 100].map((ms, index) =>
    pace(async () => {
      told.push(`${index} begins`);
      await clock.sleep(ms);
      told.push(`${index} ends`);
    }),
  );
  await clock.run();
  await Promise.all(works);
  expect(told).toEqual([
    '0 begins',
    '1 begins',
    '1 ends',
    '2 begins',
    '2 ends',
    '3 begins',
    '0 ends',
    '3 ends',
  ]);
});

test('whoever comes when there is room again does not overtake the line', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 1, perSecond: 1_000 }, clock);
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(name);
    await clock.sleep(10);
  };
  // Comes at the very moment at which the first has made room, and the second has not yet begun.
  const first = pace(work('first')).then(() => pace(work('late')));
  const works = [first, pace(work('second')), pace(work('third'))];
  await clock.run();
  await Promise.all(works);
  expect(order).toEqual(['first', 'second', 'third', 'late']);
});

test('gives the result of the work, and its error; failed work makes room', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 1, perSecond: 1_000 }, clock);
  const results = Promise.allSettled([
    pace(() => Promise.reject(new Error('broken'))),
    pace(() => {
      throw new Error('broken at once');
    }),
    pace(() => Promise.resolve('whole')),
  ]);
  await clock.run();
  expect(await results).toMatchObject([
    { status: 'rejected', reason: { message: 'broken' } },
    { status: 'rejected', reason: { message: 'broken at once' } },
    { status: 'fulfilled', value: 'whole' },
  ]);
});

test('a clock that is set back holds nobody up longer than a second', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 1, perSecond: 1 }, clock);
  await pace(() => Promise.resolve());
  clock.setBack(3_600_000);
  const before = clock.now();
  const works = [1, 2].map(() => pace(() => Promise.resolve(clock.now())));
  await clock.run();
  expect(await Promise.all(works)).toEqual([before + 1_000, before + 2_000]);
});

test('whatever comes: in order, never too many at once or in a second, and all of it', async () => {
  const work = fc.record({ comesAfter: fc.nat(400), takes: fc.nat(900), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      // A share of a small cap is a broken number, and may be less than one.
      fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(0.25, 0.75, 1.25, 2.5)),
      // Timers are late by chance, and by Node's own early by as much as one.
      fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 1 }),
      async (works, parallel, perSecond, off) => {
        const clock = virtualClock();
        let sleeps = 0;
        const sleep = (ms: number) => clock.sleep(Math.max(1, ms + (off[sleeps++ % off.length] ?? 0)));
        const pace = createPace({ parallel, perSecond }, { now: clock.now, sleep });
        const starts: number[] = [];
        const order: number[] = [];
        let running = 0;
        let most = 0;
        const ends: Promise<unknown>[] = [];
        const coming = (async () => {
          for (const [index, { comesAfter, takes, fails }] of works.entries()) {
            await clock.sleep(comesAfter);
            const end = pace(async () => {
              starts.push(clock.now());
              order.push(index);
              running += 1;
              most = Math.max(most, running);
              await clock.sleep(takes);
              running -= 1;
              if (fails) throw new Error('broken');
            });
            ends.push(end.catch(() => undefined));
          }
        })();
        await clock.run();
        await coming;
        await Promise.all(ends);
        expect(order).toEqual(works.map((_, index) => index));
        expect(most).toBeLessThanOrEqual(parallel);
        // Less the millisecond by which a timer may be early.
        const [allowed, seconds] = perSecond < 1 ? [1, 1 / perSecond] : [Math.ceil(perSecond), 1];
        for (const start of starts)
          expect(
            starts.filter((each) => each >= start && each < start + seconds * 1_000 - 1).length,
          ).toBeLessThanOrEqual(allowed);
      },
    ),
  );
});
