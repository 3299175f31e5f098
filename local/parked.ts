/** `npm run parked`: what Onqueue could not finish by itself, for the person who can. */
import { QueueDoesNotExist, SQSClient, SQSServiceException } from '@aws-sdk/client-sqs';
import { UsageError } from './flags.ts';
import { perform } from './parked/commands.ts';
import { readCommand } from './parked/flags.ts';
import { LIMITS, ParkedError } from './parked/hand.ts';
import { findQueues } from './parked/place.ts';
import { openParkedQueue } from './parked/queue.ts';
import type { Terminal } from './parked/terminal.ts';

const terminal: Terminal = {
  print: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(`${text}\n`, (error) => {
        if (error) reject(new ParkedError(`the output could not be written: ${error.message}`));
        else resolve();
      });
    }),
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
};
// A reader that went away is told by the write itself.
process.stdout.on('error', () => undefined);

const stopping = new AbortController();
// Not once: npm passes on a Ctrl-C that the terminal has sent to all already.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stopping.abort());

const run = async (): Promise<void> => {
  const { command, place } = readCommand();
  const { settings, deadLetterQueueUrl, waitSeconds } = await findQueues(place);
  const client = new SQSClient(settings);
  try {
    const queue = await openParkedQueue(client, deadLetterQueueUrl, waitSeconds);
    await perform(command, { queue, terminal, signal: stopping.signal, limits: LIMITS });
  } finally {
    client.destroy();
  }
};

/** @returns undefined for what no operator can help: a fault of this program */
const explain = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof UsageError) return error.message;
  if (error instanceof ParkedError) {
    const cause = explain(error.cause);
    return cause === undefined ? error.message : `${error.message} (${cause})`;
  }
  if (error instanceof QueueDoesNotExist) return 'SQS: there is no such queue, or not for these credentials';
  if (error instanceof SQSServiceException) return `SQS: ${error.name}: ${error.message}`;
  if (error.name === 'CredentialsProviderError') return `no AWS credentials: ${error.message}`;
  if (error.message === 'Region is missing') return 'no region: the URL names none, AWS_REGION can';
  const isOfNetwork = error.name === 'TimeoutError' || 'code' in error;
  return isOfNetwork ? `SQS cannot be reached: ${error.message || error.name}` : undefined;
};

try {
  await run();
} catch (error) {
  const explanation = explain(error);
  if (explanation === undefined) throw error;
  terminal.note(explanation);
  process.exitCode = 1;
}
