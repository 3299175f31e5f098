/** From the webhook to the POST at NetSapiens, beside the same job in bare. */
import type { Report } from './report.ts';
import { median, quantile, ratios, spread, sum } from './statistics.ts';
import { startBare, startOurs } from './through/rig.ts';
import type { Run } from './through/rig.ts';

const GOAL = 0.5;

interface Extent {
  /** V8 makes other guesses each time that a process starts, and abides by them: one start is no measure. */
  readonly starts: number;
  /** The compiler's, which do not count. */
  readonly warmUp: number;
  readonly rounds: number;
  readonly events: number;
}
const FULL: Extent = { starts: 3, warmUp: 15, rounds: 5, events: 5000 };
const QUICK: Extent = { starts: 1, warmUp: 3, rounds: 3, events: 3000 };

const NAMES = ['Onqueue', 'bare'] as const;
type Runs = Record<(typeof NAMES)[number], Run[]>;

const measure = async ({ warmUp, rounds, events }: Extent, runs: Runs): Promise<void> => {
  const candidates = { Onqueue: await startOurs(), bare: await startBare() };
  try {
    // As a function begins its life: one at a time, then a few.
    for (const connections of [1, 4])
      for (const name of NAMES) await candidates[name].run(events, connections);
    for (let round = -warmUp; round < rounds; round += 1)
      for (const name of NAMES) {
        const run = await candidates[name].run(events);
        if (round >= 0) runs[name].push(run);
      }
  } finally {
    await candidates.Onqueue.stop();
    await candidates.bare.stop();
  }
};

export const throughput = async ({ quick }: { readonly quick: boolean }): Promise<Report> => {
  const extent = quick ? QUICK : FULL;
  const { starts, rounds, events } = extent;
  const runs: Runs = { Onqueue: [], bare: [] };
  for (let start = 0; start < starts; start += 1) await measure(extent, runs);
  const rates = (name: keyof typeof runs): number[] =>
    runs[name].map(({ events, seconds }) => events / seconds);
  const share = ratios(rates('Onqueue'), rates('bare'));
  const row = (name: keyof typeof runs): string[] => {
    const answers = runs[name].flatMap((run) => run.answers);
    return [
      name,
      spread(rates(name), 0),
      spread(ratios(rates(name), rates('bare')), 2),
      quantile(answers, 0.5).toFixed(1),
      quantile(answers, 0.99).toFixed(1),
      costs(runs[name]).join(' + '),
      Math.max(...runs[name].map(({ peakMb }) => peakMb)).toFixed(0),
    ];
  };
  const operations = [...new Set([...runs.Onqueue, ...runs.bare].flatMap(({ calls }) => Object.keys(calls)))];
  return {
    title: 'Throughput of the way through',
    about:
      'Signed hires of 1 KB over 32 kept-alive connections, until the last is POSTed at NetSapiens. Onqueue: the bundles of receive and ' +
      'deliver behind plain node:http, each in a process of its own as in AWS; NetSapiens, SQS, DynamoDB and Secrets Manager answer at ' +
      'once from another, which hands the queue over in batches of up to ten. Bare: node:http, HMAC, JSONata and a kept-alive POST in ' +
      'one process, without a queue, a ledger, or a look at who is there already. Senders, neighbours and candidates share the ' +
      `processors. ${rounds} rounds of ${events} events, in turns, after ${extent.warmUp} to warm up, and all of it ${starts} times with ` +
      'new processes; ratios within each round. A process that handles one webhook at a time, as one of Lambda mostly does, makes one ' +
      'SendMessageBatch of each; here up to 32 come at once and share some.',
    tables: [
      {
        head: [
          '',
          'events/s',
          'times bare',
          'answer: 50 % within, ms',
          '99 % within, ms',
          'own CPU, µs an event',
          'peak MB',
        ],
        rows: [row('Onqueue'), row('bare')],
      },
      {
        head: ['calls an event', ...operations],
        rows: [callsRow('Onqueue', runs.Onqueue, operations), callsRow('bare', runs.bare, operations)],
      },
    ],
    goals: [{ text: `${median(share).toFixed(2)} times bare, at least ${GOAL}`, met: median(share) >= GOAL }],
    notes: [],
  };
};

/** Of each process: the median of what an event takes of its time, in microseconds. */
const costs = (runs: readonly Run[]): string[] =>
  (runs[0]?.cpuMs ?? []).map((_, process) =>
    median(runs.map(({ cpuMs, events }) => ((cpuMs[process] ?? 0) * 1000) / events)).toFixed(0),
  );

/** How often an event has each operation called. */
const callsRow = (name: string, runs: readonly Run[], operations: readonly string[]): string[] => {
  const events = sum(runs.map((run) => run.events));
  return [
    name,
    ...operations.map((operation) => {
      const times = sum(runs.map(({ calls }) => calls[operation] ?? 0));
      return (times / events).toFixed(2);
    }),
  ];
};
