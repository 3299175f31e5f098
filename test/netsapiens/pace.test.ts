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

test('starts are spaced, the first at once', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 100, perSecond: 4 }, clock);
  const starts: number[] = [];
  const works = [1, 2, 3, 4].map(() =>
    pace(async () => {
      starts.push(clock.now());
      await clock.sleep(3_000);
    }),
  );
  await clock.run();
  await Promise.all(works);
  expect(starts).toEqual([5_000, 5_250, 5_500, 5_750]);
});

test('after a rest the next starts at once, and a rest saves nothing up', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 100, perSecond: 4 }, clock);
  const starts: number[] = [];
  const start = () => pace(() => Promise.resolve(starts.push(clock.now())));
  await start();
  const rest = clock.sleep(10_000);
  await clock.run();
  await rest;
  const works = [start(), start(), start()];
  await clock.run();
  await Promise.all(works);
  expect(starts).toEqual([5_000, 15_000, 15_250, 15_500]);
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

test('a clock that is set back holds nobody up', async () => {
  const clock = virtualClock();
  const pace = createPace({ parallel: 1, perSecond: 1 }, clock);
  await pace(() => Promise.resolve());
  clock.setBack(3_600_000);
  const before = clock.now();
  const work = pace(() => Promise.resolve(clock.now()));
  await clock.run();
  expect(await work).toBe(before);
});

test('a timer that rings early is no start', async () => {
  const clock = virtualClock();
  const pace = createPace(
    { parallel: 2, perSecond: 10 },
    { now: clock.now, sleep: (ms) => clock.sleep(Math.max(1, ms - 1)) },
  );
  const starts: number[] = [];
  const works = [1, 2].map(() => pace(() => Promise.resolve(starts.push(clock.now()))));
  await clock.run();
  await Promise.all(works);
  expect(starts).toEqual([5_000, 5_100]);
});

test('whatever comes: in order, never too many at once or in a second, and all of it', async () => {
  const work = fc.record({ comesAfter: fc.nat(400), takes: fc.nat(900), fails: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(work, { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 30 }),
      async (works, parallel, perSecond) => {
        const clock = virtualClock();
        const pace = createPace({ parallel, perSecond }, clock);
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
        for (const start of starts)
          expect(starts.filter((each) => each >= start && each < start + 1_000).length).toBeLessThanOrEqual(
            perSecond,
          );
      },
    ),
  );
});
