/** Starts everything, goes through the story, tells what happened. */
import { setTimeout as delay } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { clientConfig } from '../aws/account.ts';
import { startEmbedded } from '../embedded.ts';
import type { Keys } from '../embedded.ts';
import { startSimulator } from '../netsapiens/simulator.ts';
import type { Simulator } from '../netsapiens/simulator.ts';
import { takeStep } from './journey.ts';
import type { World } from './journey.ts';
import { differences } from './judge.ts';
import type { SeenOutcome } from './judge.ts';
import { differenceList, outcomeTable, requestList, tally } from './report.ts';
import type { Result } from './report.ts';
import { DOMAIN, QUEUES, USERS } from './setting.ts';
import type { Sending } from './step.ts';
import { STORY } from './story.ts';

export interface DemoOptions {
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

/** For the whole story. What has to be tried again is not tried again sooner than this: then the demo has failed. */
const LIMIT_MS = 60_000;
const PAUSE_MS = 50;
const ANSWER_TIMEOUT_MS = 10_000;

/** @returns whether everything came out exactly as it had to */
export const runDemo = async (options: DemoOptions): Promise<boolean> => {
  const { configurationFile, bundled, port, netsapiens, keys, token, print } = options;
  const simulator =
    netsapiens === undefined
      ? await startSimulator({ domain: DOMAIN, queues: QUEUES, users: USERS, token })
      : undefined;
  const log: string[] = [];
  try {
    const embedded = await startEmbedded({
      configurationFile,
      netsapiens: netsapiens ?? simulator?.origin ?? '',
      keys,
      token,
      port,
      bundled,
      write: (line) => log.push(line),
    });
    try {
      print(
        `Onqueue runs at ${embedded.origin}, the functions ${bundled ? 'as deployed' : 'in this process'}.`,
      );
      print(`NetSapiens is ${netsapiens ?? `the simulator at ${simulator?.origin ?? ''}`}.\n`);
      const world = worldOf(embedded.origin, keys, simulator);
      const results = await travel(world);
      print(outcomeTable(results));
      const requests = requestList(results);
      if (requests !== undefined)
        print(`\nWhat NetSapiens was asked to do, under the number of the step:\n\n${requests}`);
      print(`\n${tally(results)}.`);
      const faults = [...differenceList(results), ...(await faultsAtTheEnd(world, results, simulator))];
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

const travel = async (world: World): Promise<Result[]> => {
  const results: Result[] = [];
  for (const step of STORY) {
    const seen = await takeStep(world, step);
    results.push({ step, seen, differences: differences(step, seen) });
    if (world.isLate()) break;
  }
  return results;
};

/** What belongs to no step. */
const faultsAtTheEnd = async (
  world: World,
  results: readonly Result[],
  simulator: Simulator | undefined,
): Promise<string[]> => {
  const told = results.reduce((sum, { seen }) => sum + seen.outcomes.length, 0);
  const strays = (await world.outcomes()).length - told;
  return [
    ...(results.length < STORY.length
      ? [
          `after ${LIMIT_MS / 1000} s, ${STORY.length - results.length} of ${STORY.length} steps were not begun`,
        ]
      : []),
    ...(strays === 0 ? [] : [`${strays} more outcomes came after the last step`]),
    ...(simulator?.overwrites ?? []).map(
      ({ agent, callqueue }) => `${agent} was on ${callqueue} and was overwritten`,
    ),
  ];
};

const keyOf = (keys: Keys, source: string): string => {
  const key = Object.hasOwn(keys, source) ? keys[source] : undefined;
  const first = typeof key === 'string' ? key : key?.[0];
  if (first === undefined) throw new Error(`there is no key for ${source}: the demo signs as it does`);
  return first;
};

const seenSchema = z.array(
  z.object({
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: z.string(),
    outcome: z.string(),
    code: z.string(),
    owner: z.string().exactOptional(),
    rule: z.string().exactOptional(),
    queue: z.string().exactOptional(),
    agent: z.string().exactOptional(),
  }),
);

const worldOf = (origin: string, keys: Keys, simulator: Simulator | undefined): World => {
  const deadline = Date.now() + LIMIT_MS;
  const send = async (sending: Sending): Promise<number> => {
    if ('putEvents' in sending) {
      const eventBridge = new EventBridgeClient(clientConfig(origin));
      try {
        const answer = await eventBridge.send(new PutEventsCommand({ Entries: [sending.putEvents] }));
        if (answer.FailedEntryCount !== 0) throw new Error('EventBridge refuses the event');
        return answer.$metadata.httpStatusCode ?? 0;
      } finally {
        eventBridge.destroy();
      }
    }
    const { headers, body } = sending.sign(keyOf(keys, sending.to), new Date());
    const response = await fetch(`${origin}/webhooks/${sending.to}`, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.status;
  };

  const outcomes = async (): Promise<SeenOutcome[]> => {
    const response = await fetch(`${origin}/outcomes`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return seenSchema.parse(await response.json());
  };

  return {
    send,
    outcomes,
    writes: () => simulator?.requests.filter(({ method }) => method !== 'GET'),
    pause: () => delay(PAUSE_MS),
    isLate: () => Date.now() > deadline,
  };
};
