/** Where the queues are, and what an SQS client needs to get there. */
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { clientConfig } from '../aws/account.ts';
import { UsageError } from '../flags.ts';
import type { Place } from './flags.ts';

export interface Queues {
  readonly settings: SQSClientConfig;
  readonly deadLetterQueueUrl: string;
  /** The stand-in is one server, which knows at once; SQS is many. */
  readonly waitSeconds: 0 | 1;
}

/** Longer than SQS takes to answer a long poll of a second from anywhere; a person waits. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** As the front of the embedded run tells them. */
const queuesSchema = z.object({ deadLetterQueueUrl: z.url() });

/** @throws UsageError where no embedded run answers */
export const findQueues = async (place: Place): Promise<Queues> => {
  if ('local' in place) {
    const deadLetterQueueUrl = await askEmbedded(place.local);
    const settings = clientConfig(new URL(deadLetterQueueUrl).origin);
    return { settings: { ...settings, requestHandler: PATIENCE }, deadLetterQueueUrl, waitSeconds: 0 };
  }
  const { origin, hostname } = new URL(place.queueUrl);
  const region = regionOf(hostname);
  return {
    // Credentials, and the region where the URL does not tell it, come from the SDK's own chain.
    settings: { endpoint: origin, requestHandler: PATIENCE, ...(region !== undefined && { region }) },
    deadLetterQueueUrl: place.queueUrl,
    waitSeconds: 1,
  };
};

/** Of `sqs.eu-west-1.amazonaws.com`, also in China, and of `vpce-...sqs.eu-west-1.vpce.amazonaws.com`. */
const regionOf = (hostname: string): string | undefined =>
  /(?:^|\.)sqs\.([a-z0-9-]+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/.exec(hostname)?.[1];

const askEmbedded = async (origin: string): Promise<string> => {
  const answer: unknown = await fetch(`${origin}/queues`, { signal: AbortSignal.timeout(5_000) })
    .then((response) => response.json())
    .catch(() => undefined);
  const queues = queuesSchema.safeParse(answer).data;
  if (!queues) throw new UsageError(`--local: no Onqueue answers at ${origin}; npm start says where it is`);
  return queues.deadLetterQueueUrl;
};
