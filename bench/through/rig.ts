/** Candidates for the way through, with what surrounds them, each in a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { loadConfiguration } from '../../infra/configuration.ts';
import { bundleAll } from '../../infra/synth.ts';
import { DELIVER_CONTAINERS } from '../../lambda/names.ts';
import { lambdaVariables } from '../../local/lambda-process.ts';
import { endpoints, environments } from '../bundles.ts';
import { startChild } from '../child.ts';
import type { Child } from '../child.ts';
import { sum } from '../statistics.ts';
import { hires, sendAll } from './load.ts';

export interface Run {
  readonly events: number;
  /** From the first webhook sent to the last POST at NetSapiens. */
  readonly seconds: number;
  /** Milliseconds that each webhook's answer took. */
  readonly answers: readonly number[];
  /** By operation: how often AWS and NetSapiens were called. */
  readonly calls: Readonly<Record<string, number>>;
  /** The time of each of the candidate's processes on the processors. */
  readonly cpuMs: readonly number[];
  /** The most memory that the candidate's processes have held so far, together. */
  readonly peakMb: number;
}

export interface Candidate {
  /**
   * Sends so many events, none of which it has seen before, and waits until each has been POSTed, once.
   *
   * @param connections kept alive, each with one webhook at a time; left out: 32
   */
  readonly run: (events: number, connections?: number) => Promise<Run>;
  readonly stop: () => Promise<void>;
}

const callsSchema = z.record(z.string(), z.number());
const usageSchema = z.object({ cpuMs: z.number(), peakMb: z.number() });

/** Not by fetch, which waits five minutes and no longer. */
const ask = (origin: string, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    get(`${origin}${path}`, (response) => {
      json(response).then(resolve, reject);
    }).on('error', reject);
  });

const CONNECTIONS = 32;

/** As many requests as are held ready at a time. */
const PREPARED = 20_000;

/** Where the numbers of the people begin: extensions that no other run has. */
let people = 100_000;

interface Parts {
  /** Where the webhooks go. */
  readonly front: Child;
  /** The candidate's own processes, the front among them. */
  readonly own: readonly Child[];
  readonly neighbours: Child;
}

const candidateOf = ({ front, own, neighbours }: Parts): Candidate => {
  const usages = async () =>
    Promise.all(own.map(async ({ origin }) => usageSchema.parse(await ask(origin, '/usage'))));
  /** Since the last time that it was asked. */
  const counts = async () => callsSchema.parse(await ask(neighbours.origin, '/bench/counts'));
  return {
    run: async (events, connections = CONNECTIONS) => {
      const first = people;
      people += events;
      await counts();
      const all = ask(neighbours.origin, `/bench/agents?count=${events}`);
      const failure = ask(neighbours.origin, '/bench/failure').then((answer) => {
        throw new Error(`a batch came back: ${JSON.stringify(answer)}`);
      });
      failure.catch(() => undefined); // When all is over, it ends with the process that it asks.
      const before = await usages();
      const answers: number[] = [];
      let startedAt: number | undefined;
      for (let sent = 0; sent < events; sent += PREPARED) {
        // Signed before the clock runs: senders are not measured. Of a million, what follows is within the time.
        const requests = hires(first + sent, Math.min(PREPARED, events - sent));
        startedAt ??= performance.now();
        for (const took of await sendAll(front.origin, requests, connections)) answers.push(took);
      }
      await Promise.race([all, failure]);
      const seconds = (performance.now() - (startedAt ?? 0)) / 1000;
      // The ledger is told of the last ones after their POST.
      await ask(neighbours.origin, '/bench/idle');
      const used = await usages();
      const calls = await counts();
      if (calls['NetSapiens POST'] !== events || calls['agents added twice'])
        throw new Error(`${events} events, ${String(calls['NetSapiens POST'])} POSTs`);
      const cpuMs = used.map((usage, process) => usage.cpuMs - (before[process]?.cpuMs ?? 0));
      return { events, seconds, answers, calls, cpuMs, peakMb: sum(used.map(({ peakMb }) => peakMb)) };
    },
    stop: async () => {
      for (const child of [...own, neighbours]) await child.stop();
    },
  };
};

export const startBare = async (): Promise<Candidate> => {
  const neighbours = await startChild('neighbours.ts');
  const bare = await startChild('through/bare.ts', { args: [neighbours.origin] });
  return candidateOf({ front: bare, own: [bare], neighbours });
};

export const startOurs = async (): Promise<Candidate> => {
  const directory = await mkdtemp(join(tmpdir(), 'onqueue-bench-'));
  const configuration = loadConfiguration(join(import.meta.dirname, 'onqueue.yaml'));
  const { parallelCalls, callsPerSecond } = configuration.limits;
  const made = await bundleAll(
    {
      ...configuration,
      // One process does here what is shared among several.
      limits: {
        parallelCalls: parallelCalls * DELIVER_CONTAINERS,
        callsPerSecond: callsPerSecond * DELIVER_CONTAINERS,
      },
    },
    directory,
  );
  const neighbours = await startChild('neighbours.ts');
  const env = environments(neighbours.origin);
  const start = (name: 'receive' | 'deliver') =>
    startChild('through/ours.ts', {
      args: [made[name].outdir],
      // The heap of a function of 512 MB.
      nodeFlags: ['--max-old-space-size=461', '--max-semi-space-size=25'],
      environment: {
        ...lambdaVariables('bench', 'index.handler', directory, 512),
        ...endpoints(neighbours.origin),
        ...env[name],
        ...(name === 'deliver' && { NETSAPIENS_ORIGIN: neighbours.origin }),
      },
    });
  const receive = await start('receive');
  const deliver = await start('deliver');
  await ask(neighbours.origin, `/bench/deliver-to?origin=${deliver.origin}`);
  const candidate = candidateOf({ front: receive, own: [receive, deliver], neighbours });
  return {
    ...candidate,
    stop: async () => {
      await candidate.stop();
      await rm(directory, { recursive: true });
    },
  };
};
