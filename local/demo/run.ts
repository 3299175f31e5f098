/** Starts everything, goes through a tale, tells what happened. */
import { loadConfiguration } from '../../infra/configuration.ts';
import { startEmbedded } from '../embedded.ts';
import type { Keys } from '../embedded.ts';
import { startSimulator } from '../netsapiens/simulator.ts';
import type { Simulator } from '../netsapiens/simulator.ts';
import { takeAtOnce, takeStep } from './journey.ts';
import type { World } from './journey.ts';
import { differences } from './judge.ts';
import type { Seen, SeenOutcome } from './judge.ts';
import { differenceList, outcomeTable, requestList, tally } from './report.ts';
import type { Result } from './report.ts';
import type { Step, Tale } from './step.ts';
import { LIMIT_MS, worldOf } from './world.ts';

export interface DemoOptions {
  readonly tale: Tale;
  readonly configurationFile: string;
  /** The bundles that the stack deploys, each in a process of its own. */
  readonly bundled: boolean;
  /** Of the embedded run; 0: a free one. */
  readonly port: number;
  /** A server in place of the simulator; its queues have to be as empty as the simulator's. */
  readonly netsapiens?: string | undefined;
  /** The demo signs with the first of each source. */
  readonly keys: Keys;
  readonly token: string;
  readonly print: (text: string) => void;
}

/** @returns whether everything came out exactly as it had to */
export const runDemo = async (options: DemoOptions): Promise<boolean> => {
  const { tale, configurationFile, bundled, port, netsapiens, token, print } = options;
  const { sources } = loadConfiguration(configurationFile);
  const keys = tale.keysFrom(options.keys);
  const simulator = netsapiens === undefined ? await startSimulator({ ...tale.setting, token }) : undefined;
  const log: string[] = [];
  // The functions' own time, where they are in this process.
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  try {
    const embedded = await startEmbedded({
      configurationFile,
      netsapiens: netsapiens ?? simulator?.origin ?? '',
      keys,
      token,
      port,
      bundled,
      now,
      // The simulator needs no mercy; a real server is asked at its own pace.
      ...(simulator && { sleep: () => Promise.resolve() }),
      write: (line) => log.push(line),
    });
    try {
      print(
        `Onqueue runs at ${embedded.origin}, the functions ${bundled ? 'as deployed' : 'in this process'}.`,
      );
      print(`NetSapiens is ${netsapiens ?? `the simulator at ${simulator?.origin ?? ''}`}.\n`);
      const hands = simulator &&
        !bundled && {
          addUser: simulator.addUser,
          letPass: (ms: number) => {
            ahead += ms;
            embedded.clockMoved();
          },
        };
      const world = worldOf(embedded.origin, keys, simulator, hands || undefined);
      const steps = tale.steps.filter(({ send }) => hands || !('meanwhile' in send));
      const results = await travel(world, { ...tale, steps });
      print(outcomeTable(results));
      const requests = tale.atOnce ? undefined : requestList(results);
      if (requests !== undefined)
        print(`\nWhat NetSapiens was asked to do, under the number of the step:\n\n${requests}`);
      print(`\n${tally(results)}.`);
      const faults = [
        ...tale.gaps(tale.steps, sources),
        ...differenceList(results),
        ...(await faultsAtTheEnd(world, steps, results, simulator)),
      ];
      print(faults.length === 0 ? 'All as expected.' : `\nNOT as expected:\n\n${faults.join('\n')}`);
      if (faults.length > 0) print(`\nWhat the functions logged:\n\n${log.join('\n')}`);
      return faults.length === 0;
    } finally {
      await embedded.close();
    }
  } finally {
    await simulator?.close();
  }
};

const travel = async (world: World, { steps, atOnce }: Tale): Promise<Result[]> => {
  const resultOf = (step: Step, seen: Seen): Result => ({ step, seen, differences: differences(step, seen) });
  if (atOnce) return (await takeAtOnce(world, steps)).map(({ step, seen }) => resultOf(step, seen));
  const results: Result[] = [];
  for (const step of steps) {
    results.push(resultOf(step, await takeStep(world, step)));
    if (world.isLate()) break;
  }
  return results;
};

/** What belongs to no step. */
const faultsAtTheEnd = async (
  world: World,
  steps: readonly Step[],
  results: readonly Result[],
  simulator: Simulator | undefined,
): Promise<string[]> => {
  const count = (told: (seen: Seen) => readonly unknown[] | undefined) =>
    results.reduce((sum, { seen }) => sum + (told(seen)?.length ?? 0), 0);
  // What waits in one step ends in another, and is one outcome.
  const ended = (outcomes: readonly SeenOutcome[]) =>
    outcomes.filter(({ outcome }) => outcome !== 'retrying');
  const strayOutcomes = ended(await world.outcomes()).length - count(({ outcomes }) => ended(outcomes));
  const strayWrites = (world.writes()?.length ?? 0) - count(({ writes }) => writes);
  return [
    ...(results.length < steps.length
      ? [
          `after ${LIMIT_MS / 1000} s, ${steps.length - results.length} of ${steps.length} steps were not begun`,
        ]
      : []),
    ...(strayOutcomes === 0 ? [] : [`${strayOutcomes} more outcomes came, of no step or after the last`]),
    ...(strayWrites === 0 ? [] : [`${strayWrites} more requests to NetSapiens came, of no step`]),
    ...(simulator?.overwrites ?? []).map(
      ({ agent, callqueue }) => `${agent} was on ${callqueue} and was overwritten`,
    ),
  ];
};
