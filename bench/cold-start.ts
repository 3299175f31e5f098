/** From the start of a process to its first answer, for each bundle that the stack deploys. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Synthesised } from '../infra/synth.ts';
import { startChild } from './child.ts';
import { endpoints, environments, withBundles } from './bundles.ts';
import { createRuntime } from './cold.ts';
import type { ColdStart, Start } from './cold.ts';
import { batchOfOne, busEvent, signedHire, signedSignup } from './events.ts';
import type { Report } from './report.ts';
import { median, ratios, spread } from './statistics.ts';

export interface Candidate {
  readonly title: string;
  /** A new one for each start: what was signed a while ago is refused. */
  readonly start: () => Start;
  /** How many times as long as the empty function it may take to its first answer. */
  readonly goal?: number;
}

const EMPTY = 'empty function';

/** An empty function, and the functions of the stack with one event each. */
export const candidates = async (
  functions: Synthesised['functions'],
  directory: string,
  origin: string,
): Promise<Candidate[]> => {
  const empty = join(directory, 'empty');
  await mkdir(empty);
  // In the format of the others: it starts sooner than an ES module.
  await writeFile(join(empty, 'index.cjs'), 'exports.handler=async()=>({});');
  const env = environments(origin);
  let person = 1000;
  const of = (name: keyof typeof env, event: (now: Date) => unknown) => (): Start => ({
    code: functions[name].bundle,
    environment: { ...endpoints(origin), ...env[name] },
    event: event(new Date()),
  });
  return [
    { title: EMPTY, start: () => ({ code: empty, environment: {}, event: {} }) },
    { title: 'receive', start: of('receive', (now) => signedHire('501', '1001', now)), goal: 2.5 },
    { title: 'receive, source with a mapping', start: of('receive', signedSignup) },
    { title: 'receive-event', start: of('receive-event', busEvent), goal: 2.5 },
    {
      title: 'deliver',
      start: of('deliver', (now) => {
        person += 1; // A new hire each time: the ledger has seen the others.
        return batchOfOne(String(person), String(person), now);
      }),
      goal: 4,
    },
  ];
};

export const coldStart = ({ quick }: { readonly quick: boolean }): Promise<Report> =>
  withBundles(async (functions, directory) => {
    const rounds = quick ? 7 : 25;
    const neighbours = await startChild('neighbours.ts');
    const runtime = await createRuntime(directory);
    try {
      const all = await candidates(functions, directory, neighbours.origin);
      const seen = new Map<string, ColdStart[]>(all.map(({ title }) => [title, []]));
      // The first round warms the caches of the file system, and does not count.
      for (let round = -1; round < rounds; round += 1)
        for (const { title, start } of all) {
          const result = await runtime.start(start());
          if (round >= 0) seen.get(title)?.push(result);
        }
      return report(all, seen, rounds);
    } finally {
      await runtime.close();
      await neighbours.stop();
    }
  });

const report = (
  all: readonly Candidate[],
  seen: ReadonlyMap<string, readonly ColdStart[]>,
  rounds: number,
): Report => {
  const series = (title: string, of: (start: ColdStart) => number): number[] =>
    (seen.get(title) ?? []).map(of);
  const total = (title: string) => series(title, ({ totalMs }) => totalMs);
  const ratio = (title: string) => ratios(total(title), total(EMPTY));
  return {
    title: 'Cold start',
    about:
      `The files that the stack deploys, each in a Node process of its own behind Lambda's Runtime API; AWS and NetSapiens ` +
      `answer at once, on loopback and without TLS. ${rounds} rounds, in each of which every function starts once; ` +
      'milliseconds since the start of the process, medians and quartiles; ratios within each round.',
    tables: [
      {
        head: ['', 'to the first /next', 'to the first answer', 'times the empty function'],
        rows: all.map(({ title }) => [
          title,
          spread(
            series(title, ({ initMs }) => initMs),
            0,
          ),
          spread(total(title), 0),
          spread(ratio(title), 2),
        ]),
      },
    ],
    goals: all.flatMap(({ title, goal }) => {
      if (goal === undefined) return [];
      const times = median(ratio(title));
      return [
        {
          text: `${title}: ${times.toFixed(2)} times the empty function, at most ${goal}`,
          met: times <= goal,
        },
      ];
    }),
    notes: [],
  };
};
