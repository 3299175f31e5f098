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
import { sendHires } from './load.ts';

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
  /** Sends so many events, none of which it has seen before, and waits until each has been POSTed, once. */
  readonly run: (events: number) => Promise<Run>;
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

/** Where the numbers of the people begin: extensions that no other run has. */
let people = 100_000;

interface Parts {
  /** Where the webhooks go. */
  readonly front: Child;
  /** The candidate's own processes, the front among them. */
  readonly own: readonly Child[];
  /** The queue and the ledger; none of its own where the candidate has none. */
  readonly aws?: Child;
  readonly netsapiens: Child;
}

const candidateOf = ({ front, own, aws, netsapiens }: Parts): Candidate => {
  const neighbours = aws ? [aws, netsapiens] : [netsapiens];
  const usages = async () =>
    Promise.all(own.map(async ({ origin }) => usageSchema.parse(await ask(origin, '/usage'))));
  /** Since the last time that it was asked. */
  const counts = async () => {
    const found = neighbours.map(async ({ origin }) => callsSchema.parse(await ask(origin, '/bench/counts')));
    return Object.fromEntries((await Promise.all(found)).flatMap(Object.entries<number>));
  };
  return {
    run: async (events) => {
      const first = people;
      people += events;
      await counts();
      const all = ask(netsapiens.origin, `/bench/agents?count=${events}`);
      const failure = ask((aws ?? netsapiens).origin, '/bench/failure').then((answer) => {
        throw new Error(`a batch came back: ${JSON.stringify(answer)}`);
      });
      failure.catch(() => undefined); // When all is over, it ends with the process that it asks.
      const before = await usages();
      const startedAt = performance.now();
      const answers = await sendHires(front.origin, first, events);
      await Promise.race([all, failure]);
      const seconds = (performance.now() - startedAt) / 1000;
      // The ledger is told of the last ones after their POST.
      if (aws) await ask(aws.origin, '/bench/idle');
      const used = await usages();
      const calls = await counts();
      if (calls['NetSapiens POST'] !== events || calls['agents added twice'])
        throw new Error(`${events} events, ${String(calls['NetSapiens POST'])} POSTs`);
      const cpuMs = used.map((usage, process) => usage.cpuMs - (before[process]?.cpuMs ?? 0));
      return { events, seconds, answers, calls, cpuMs, peakMb: sum(used.map(({ peakMb }) => peakMb)) };
    },
    stop: async () => {
      for (const child of [...own, ...neighbours]) await child.stop();
    },
  };
};

export const startBare = async (): Promise<Candidate> => {
  const netsapiens = await startChild('neighbours.ts');
  const bare = await startChild('through/bare.ts', { args: [netsapiens.origin] });
  return candidateOf({ front: bare, own: [bare], netsapiens });
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
  const aws = await startChild('neighbours.ts');
  const netsapiens = await startChild('neighbours.ts');
  const env = environments(aws.origin);
  const start = (name: 'receive' | 'deliver') =>
    startChild('through/ours.ts', {
      args: [made[name].outdir],
      // The heap of a function of 512 MB.
      nodeFlags: ['--max-old-space-size=461'],
      environment: {
        ...lambdaVariables('bench', 'index.handler', directory, 512),
        ...endpoints(aws.origin),
        ...env[name],
        ...(name === 'deliver' && { NETSAPIENS_ORIGIN: netsapiens.origin }),
      },
    });
  const receive = await start('receive');
  const deliver = await start('deliver');
  await ask(aws.origin, `/bench/deliver-to?origin=${deliver.origin}`);
  const candidate = candidateOf({ front: receive, own: [receive, deliver], aws, netsapiens });
  return {
    ...candidate,
    stop: async () => {
      await candidate.stop();
      await rm(directory, { recursive: true });
    },
  };
};
