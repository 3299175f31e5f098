/** Candidates for the way through, with what surrounds them, each in a process of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { loadConfiguration } from '../../infra/configuration.ts';
import { bundleAll } from '../../infra/synth.ts';
import { lambdaVariables } from '../../local/lambda-process.ts';
import { endpoints, environments } from '../bundles.ts';
import { startChild } from '../child.ts';
import { sendHires } from './load.ts';

export interface Run {
  readonly events: number;
  /** From the first webhook sent to the last POST at NetSapiens. */
  readonly seconds: number;
  /** Milliseconds that each webhook's answer took. */
  readonly answers: readonly number[];
  /** By operation: how often AWS and NetSapiens were called. */
  readonly calls: Readonly<Record<string, number>>;
  /** The candidate's own time on the processors. */
  readonly cpuMs: number;
  /** The most memory that the candidate has held so far. */
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

const candidateOf = (
  origin: string,
  aws: string,
  netsapiens: string,
  stop: () => Promise<void>,
): Candidate => ({
  run: async (events) => {
    const first = people;
    people += events;
    await ask(aws, '/bench/counts');
    await ask(netsapiens, '/bench/counts');
    const all = ask(netsapiens, `/bench/agents?count=${events}`);
    const failure = ask(aws, '/bench/failure').then((answer) => {
      throw new Error(`a batch came back: ${JSON.stringify(answer)}`);
    });
    failure.catch(() => undefined); // When all is over, it ends with the process that it asks.
    const before = usageSchema.parse(await ask(origin, '/usage'));
    const startedAt = performance.now();
    const answers = await sendHires(origin, first, events);
    await Promise.race([all, failure]);
    const seconds = (performance.now() - startedAt) / 1000;
    // The ledger is told of the last ones after their POST.
    await ask(aws, '/bench/idle');
    const { cpuMs, peakMb } = usageSchema.parse(await ask(origin, '/usage'));
    const calls = {
      ...callsSchema.parse(await ask(aws, '/bench/counts')),
      ...callsSchema.parse(await ask(netsapiens, '/bench/counts')),
    };
    if (calls['NetSapiens POST'] !== events || calls['agents added twice'])
      throw new Error(`${events} events, ${String(calls['NetSapiens POST'])} POSTs`);
    return { events, seconds, answers, calls, cpuMs: cpuMs - before.cpuMs, peakMb };
  },
  stop,
});

export const startBare = async (): Promise<Candidate> => {
  const netsapiens = await startChild('neighbours.ts');
  const bare = await startChild('through/bare.ts', { args: [netsapiens.origin] });
  return candidateOf(bare.origin, netsapiens.origin, netsapiens.origin, async () => {
    await bare.stop();
    await netsapiens.stop();
  });
};

export const startOurs = async (): Promise<Candidate> => {
  const directory = await mkdtemp(join(tmpdir(), 'onqueue-bench-'));
  const made = await bundleAll(loadConfiguration(join(import.meta.dirname, 'onqueue.yaml')), directory);
  const aws = await startChild('neighbours.ts');
  const netsapiens = await startChild('neighbours.ts');
  const env = environments(aws.origin);
  const ours = await startChild('through/ours.ts', {
    args: [made.receive.outdir, made.deliver.outdir],
    // The heap of a function of 512 MB.
    nodeFlags: ['--max-old-space-size=461'],
    environment: {
      ...lambdaVariables('bench', 'index.handler', directory, 512),
      ...endpoints(aws.origin),
      ...env.receive,
      ...env.deliver,
      NETSAPIENS_ORIGIN: netsapiens.origin,
    },
  });
  await ask(aws.origin, `/bench/deliver-to?origin=${ours.origin}`);
  return candidateOf(ours.origin, aws.origin, netsapiens.origin, async () => {
    await ours.stop();
    await aws.stop();
    await netsapiens.stop();
    await rm(directory, { recursive: true });
  });
};
