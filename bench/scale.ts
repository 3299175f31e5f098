/** From a thousand events to a million: what one costs, and what the process holds, must not grow with their number. */
import type { Report } from './report.ts';
import { sum } from './statistics.ts';
import { startOurs } from './through/rig.ts';
import type { Run } from './through/rig.ts';

const COUNTS = [1_000, 10_000, 100_000];

const LEDGER_CALLS = ['TransactWriteItems', 'BatchWriteItem', 'UpdateItem', 'PutItem', 'GetItem'];

/** What the processes of the functions may hold together, whatever the number of events. */
const MOST_MB = 512;
/** How far the cost of an event may grow from the second count to the last; the first is still being compiled. */
const MOST_GROWTH = 1.25;

export const scale = async ({
  quick,
  full,
}: {
  readonly quick: boolean;
  readonly full: boolean;
}): Promise<Report> => {
  const counts = quick ? COUNTS.slice(0, 2) : full ? [...COUNTS, 1_000_000] : COUNTS;
  const runs: Run[] = [];
  for (const count of counts) {
    // A new process each time: what it holds is of these events alone.
    const ours = await startOurs();
    try {
      runs.push(await ours.run(count));
    } finally {
      await ours.stop();
    }
  }
  const costOf = ({ cpuMs, events }: Run): number => (sum(cpuMs) * 1000) / events;
  const called = ({ calls, events }: Run, ...names: string[]): number =>
    sum(names.map((name) => calls[name] ?? 0)) / events;
  const [, second] = runs;
  const last = runs.at(-1);
  if (!second || !last) throw new Error('at least two counts are wanted');
  const growth = costOf(last) / costOf(second);
  const peak = Math.max(...runs.map(({ peakMb }) => peakMb));
  return {
    title: 'Scale',
    about:
      'The rig of the throughput, with a new process for each number of events: time on the processors, memory, and the calls that one event costs.',
    tables: [
      {
        head: [
          'events',
          'events/s',
          'own CPU, µs an event',
          'peak MB',
          'GetSecretValue, per 1,000',
          'SQS, an event',
          'DynamoDB, an event',
          'NetSapiens reads, an event',
          'NetSapiens writes, an event',
        ],
        rows: runs.map((run) => [
          run.events.toLocaleString('en'),
          (run.events / run.seconds).toFixed(0),
          costOf(run).toFixed(0),
          run.peakMb.toFixed(0),
          (called(run, 'GetSecretValue') * 1000).toFixed(2),
          called(run, 'SendMessageBatch').toFixed(2),
          called(run, ...LEDGER_CALLS).toFixed(2),
          called(run, 'NetSapiens GET').toFixed(2),
          called(run, 'NetSapiens POST').toFixed(2),
        ]),
      },
    ],
    goals: [
      {
        text: `the cost of an event grows ${growth.toFixed(2)} times from ${second.events.toLocaleString('en')} events to ${last.events.toLocaleString('en')}, at most ${MOST_GROWTH}`,
        met: growth <= MOST_GROWTH,
      },
      {
        text: `both functions together hold ${peak.toFixed(0)} MB at the most, at most ${MOST_MB}`,
        met: peak <= MOST_MB,
      },
    ],
    notes: [
      'A secret is read when it is five minutes old, whatever the number of events; the agents of a queue are read once for a batch of up to ten.',
    ],
  };
};
