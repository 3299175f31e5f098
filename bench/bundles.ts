/** The functions' bundles, as the stack deploys them, and the environment that each is given here. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../infra/synth.ts';
import type { Synthesised } from '../infra/synth.ts';
import type { EnvironmentOf, FunctionName } from '../lambda/names.ts';

/** @param work gets a directory that is deleted afterwards */
export const withBundles = async <Result>(
  work: (functions: Synthesised['functions'], directory: string) => Promise<Result>,
): Promise<Result> => {
  const outdir = await mkdtemp(join(tmpdir(), 'onqueue-bench-'));
  try {
    const configurationFile = join(import.meta.dirname, '..', 'onqueue.yaml');
    const { functions } = await synthesise({ configurationFile, outdir: join(outdir, 'cdk.out') });
    return await work(functions, outdir);
  } finally {
    await rm(outdir, { recursive: true });
  }
};

type Environments = { readonly [Name in FunctionName]: EnvironmentOf<Name> };

/** @param origin of what stands in for AWS and NetSapiens */
export const environments = (origin: string): Environments => {
  const QUEUE_URL = `${origin}/000000000000/onqueue.fifo`;
  return {
    receive: { QUEUE_URL, KEYS_SECRET_ARN: 'keys' },
    'receive-event': { QUEUE_URL },
    deliver: {
      QUEUE_URL,
      WAITING_QUEUE_URL: `${origin}/000000000000/waiting.fifo`,
      DEAD_LETTER_QUEUE_URL: `${origin}/000000000000/parked.fifo`,
      LEDGER_TABLE: 'ledger',
      TOKEN_SECRET_ARN: 'token',
      NETSAPIENS_ORIGIN: origin,
    },
  };
};

/** How the SDK finds what stands in for AWS. */
export const endpoints = (origin: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_SQS: origin,
  AWS_ENDPOINT_URL_DYNAMODB: origin,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: origin,
});
