/** Measures in a process of its own, and writes what it found as JSON. */
import { compile, COUNTS, decision, OTHERS } from './rules.ts';
import { senders } from './senders.ts';
import { costOf, costsOf } from './stopwatch.ts';

const all = await senders();

const measureAll = async (series: number) => {
  const bySender = [];
  for (const { name, bodyBytes, verify, read, write, take, decide } of all)
    bySender.push({
      name,
      bodyBytes,
      verify: verify ? await costOf(series, verify) : { microseconds: 0, bytes: 0 },
      read: await costOf(series, read),
      write: await costOf(series, write),
      take: await costOf(series, take),
      decide: await costOf(series, decide),
    });
  const cases = OTHERS.flatMap((others) => COUNTS.map((count) => ({ count, others })));
  const costs = await costsOf(
    series,
    cases.map(({ count, others }) => decision(count, others)),
  );
  const byRules = cases.map((each, index) => ({ ...each, ...costs[index] }));
  const { microseconds: compileMicroseconds } = await costOf(series, () => compile(100, 'of this source'));
  return { bySender, byRules, compileMicroseconds: compileMicroseconds / 100 };
};

await measureAll(3); // For the compiler: what is measured first would else seem slow.
process.stdout.write(JSON.stringify(await measureAll(25)));
