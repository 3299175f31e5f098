/** Measures in a process of its own, and writes what it found as JSON. */
import { compile, COUNTS, decision, OTHERS } from './rules.ts';
import { senders } from './senders.ts';
import { costOf } from './stopwatch.ts';

const all = await senders();

const measureAll = async () => {
  const bySender = [];
  for (const { name, bodyBytes, verify, read, write, take, decide } of all)
    bySender.push({
      name,
      bodyBytes,
      verify: verify ? await costOf(verify) : { microseconds: 0, bytes: 0 },
      read: await costOf(read),
      write: await costOf(write),
      take: await costOf(take),
      decide: await costOf(decide),
    });
  const byRules = [];
  for (const others of OTHERS)
    for (const count of COUNTS) byRules.push({ count, others, ...(await costOf(decision(count, others))) });
  const { microseconds: compileMicroseconds } = await costOf(() => compile(1000, 'of this source'));
  return { bySender, byRules, compileMicroseconds };
};

await measureAll(); // For the compiler: what is measured first would else seem slow.
process.stdout.write(JSON.stringify(await measureAll()));
