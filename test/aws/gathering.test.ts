import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGathering } from '../../lambda/aws/gathering.ts';

/** What is asked for is a name, its first letter the key; the answer is the name in capitals. */
const start = ({
  most = 100,
  inTurn = true,
  together,
  alone = (asked: string) => Promise.resolve(asked.toUpperCase()),
}: {
  most?: number;
  inTurn?: boolean;
  together?: (asked: readonly string[]) => Promise<ReadonlyMap<string, Promise<string>>>;
  alone?: (asked: string) => Promise<string>;
} = {}) => {
  const calls: string[] = [];
  const ask = createGathering<string, string>({
    most,
    inTurn,
    keyOf: (asked) => asked.slice(0, 1),
    alone: (asked) => {
      calls.push(asked);
      return alone(asked);
    },
    together: (asked) => {
      calls.push(asked.join('+'));
      return together
        ? together(asked)
        : Promise.resolve(new Map(asked.map((each) => [each, Promise.resolve(each.toUpperCase())])));
    },
  });
  return { calls, ask };
};

test('what is asked for in one turn goes in one call', async () => {
  const { calls, ask } = start();
  expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(['A', 'B', 'C']);
  expect(calls).toEqual(['a+b+c']);
});

test('what comes alone is asked for alone', async () => {
  const { calls, ask } = start();
  expect(await ask('a')).toBe('A');
  expect(await ask('b')).toBe('B');
  expect(calls).toEqual(['a', 'b']);
});

test('what comes while a call is under way goes together in the next', async () => {
  const gate = Promise.withResolvers<string>();
  const { calls, ask } = start({
    alone: (asked) => (asked === 'a' ? gate.promise : Promise.resolve(asked.toUpperCase())),
  });
  const first = ask('a');
  await setImmediate();
  const second = ask('b');
  await setImmediate();
  const third = ask('c');
  await setImmediate();
  expect(calls).toEqual(['a']);
  gate.resolve('A');
  expect(await Promise.all([first, second, third])).toEqual(['A', 'B', 'C']);
  expect(calls).toEqual(['a', 'b+c']);
});

test('what need not go in turn waits for no call that is under way', async () => {
  const gate = Promise.withResolvers<string>();
  const { calls, ask } = start({
    inTurn: false,
    alone: (asked) => (asked === 'a' ? gate.promise : Promise.resolve(asked.toUpperCase())),
  });
  const first = ask('a');
  await setImmediate();
  expect(await Promise.all(['b', 'c'].map(ask))).toEqual(['B', 'C']);
  expect(await ask('d')).toBe('D');
  expect(calls).toEqual(['a', 'b+c', 'd']);
  gate.resolve('A');
  expect(await first).toBe('A');
});

test('a call takes no more than it can, and no key twice; what is left keeps its order', async () => {
  const { calls, ask } = start({ most: 2 });
  const asked = ['a1', 'a2', 'b1', 'c1', 'a3', 'b2'];
  expect(await Promise.all(asked.map(ask))).toEqual(['A1', 'A2', 'B1', 'C1', 'A3', 'B2']);
  expect(calls).toEqual(['a1+b1', 'a2+c1', 'a3+b2']);
});

test('what gets no answer in the call is asked for alone', async () => {
  const { calls, ask } = start({
    together: () => Promise.resolve(new Map([['b', Promise.resolve('both')]])),
  });
  expect(await Promise.all(['a', 'b', 'c'].map(ask))).toEqual(['A', 'both', 'C']);
  expect(calls).toEqual(['a+b+c', 'a', 'c']);
});

test('a call that fails, fails for all that it asked for, and for nothing else', async () => {
  const { ask } = start({ together: () => Promise.reject(new Error('no')) });
  expect(await Promise.allSettled(['a', 'b'].map(ask))).toMatchObject([
    { reason: { message: 'no' } },
    { reason: { message: 'no' } },
  ]);
  expect(await ask('c')).toBe('C');
});

test("one that fails alone is nobody else's trouble", async () => {
  const { ask } = start({
    together: () => Promise.resolve(new Map()),
    alone: (asked) => (asked === 'b' ? Promise.reject(new Error('no')) : Promise.resolve(asked)),
  });
  expect(await Promise.allSettled(['a', 'b', 'c'].map(ask))).toMatchObject([
    { value: 'a' },
    { reason: { message: 'no' } },
    { value: 'c' },
  ]);
  expect(await ask('d')).toBe('d');
});

test('whatever comes when, each is asked for once and gets its own answer', async () => {
  const turns = fc.array(fc.array(fc.stringMatching(/^[a-d][0-9]{2}$/), { maxLength: 6 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 4 }), fc.boolean(), async (given, most, inTurn) => {
      const { calls, ask } = start({ most, inTurn });
      const answers: Promise<string>[] = [];
      for (const turn of given) {
        answers.push(...turn.map(ask));
        await setImmediate();
      }
      const asked = given.flat();
      expect(await Promise.all(answers)).toEqual(asked.map((each) => each.toUpperCase()));
      const called = calls.map((call) => call.split('+'));
      expect(called.flat().sort()).toEqual([...asked].sort());
      for (const each of called) {
        expect(each.length).toBeLessThanOrEqual(most);
        expect(new Set(each.map((name) => name.slice(0, 1))).size).toBe(each.length);
      }
    }),
  );
});
