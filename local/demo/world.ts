/** The demo's way in and its windows: plain HTTP to the embedded run, and a look into the simulator. */
import { setTimeout as delay } from 'node:timers/promises';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { clientConfig } from '../aws/account.ts';
import type { Keys } from '../embedded.ts';
import type { Simulator } from '../netsapiens/simulator.ts';
import type { World } from './journey.ts';
import type { Answered, SeenOutcome } from './judge.ts';
import type { Hands, Sending } from './step.ts';

/** For the whole story. What has to be tried again is not tried again sooner than this: then the demo has failed. */
export const LIMIT_MS = 60_000;
const PAUSE_MS = 50;
const ANSWER_TIMEOUT_MS = 10_000;

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

export const worldOf = (
  origin: string,
  keys: Keys,
  simulator: Simulator | undefined,
  hands: Hands | undefined,
): World => {
  const deadline = Date.now() + LIMIT_MS;
  const outcomes = async (): Promise<SeenOutcome[]> => {
    const response = await fetch(`${origin}/outcomes`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return seenSchema.parse(await response.json());
  };
  return {
    hands,
    send: (sending) =>
      'putEvents' in sending ? putEvents(origin, sending.putEvents) : call(origin, keys, sending),
    outcomes,
    writes: () => simulator?.requests.filter(({ method }) => method !== 'GET'),
    pause: () => delay(PAUSE_MS),
    isLate: () => Date.now() > deadline,
  };
};

type ToWebhook = Extract<Sending, { to: string }>;

const call = async (origin: string, keys: Keys, sending: ToWebhook): Promise<Answered> => {
  const { to } = sending;
  const path = `/webhooks/${to}`;
  // API Gateway speaks HTTPS, and so the senders' URL does; here it goes to the same host and port without.
  const publicUrl = `https://${new URL(origin).host}${path}`;
  const webhook =
    'unsigned' in sending ? sending.unsigned : sending.sign(keyOf(keys, to), new Date(), publicUrl);
  const { method = 'POST', query, headers, body } = webhook;
  const response = await fetch(`${origin}${path}${query === undefined ? '' : `?${query}`}`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
};

const putEvents = async (
  origin: string,
  entry: Extract<Sending, { putEvents: object }>['putEvents'],
): Promise<Answered> => {
  const eventBridge = new EventBridgeClient(clientConfig(origin));
  try {
    const answer = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
    if (answer.FailedEntryCount !== 0) throw new Error('EventBridge refuses the event');
    return { status: answer.$metadata.httpStatusCode ?? 0, headers: {}, body: '' };
  } finally {
    eventBridge.destroy();
  }
};

const keyOf = (keys: Keys, source: string): string => {
  const key = Object.hasOwn(keys, source) ? keys[source] : undefined;
  const first = typeof key === 'string' ? key : key?.[0];
  if (first === undefined) throw new Error(`there is no key for ${source}: the demo signs as it does`);
  return first;
};
