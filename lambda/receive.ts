/**
 * The senders' side for webhooks: who is it, is it authentic, what does it say; onto the queue; 202.
 *
 * It knows the senders; it knows no telephone system, and cannot read the bearer token.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createKeys, KeysUnusable } from './aws/keys.ts';
import type { Keys } from './aws/keys.ts';
import { createLog, errorName } from './aws/log.ts';
import type { Log } from './aws/log.ts';
import { createEventQueue, EventTooLarge } from './aws/queue.ts';
import type { EventQueue } from './aws/queue.ts';
import { createSecret } from './aws/secrets.ts';
import type { Configuration } from './configuration.ts';
import { eventRef } from './event.ts';
import { MAX_BODY_BYTES } from './names.ts';
import type { EnvironmentOf } from './names.ts';
import { problem } from './problem.ts';
import { UnreadableBody } from './sources/body.ts';
import type { Answer } from './sources/preset.ts';
import type { SignedRequest } from './sources/request.ts';
import { verify } from './sources/signature.ts';
import type { Verdict } from './sources/signature.ts';
import {
  acceptedOf,
  authenticAnswer,
  eventBeforeAnyKey,
  isWebhook,
  methodsOf,
  openAnswer,
  readEvents,
  schemesOf,
  usableKeys,
} from './sources/source.ts';
import type { WebhookSource } from './sources/source.ts';
import type { Surroundings } from './surroundings.ts';

export type Receive = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

export const wireReceive = (
  env: EnvironmentOf<'receive'>,
  { sources }: Pick<Configuration, 'sources'>,
  { aws, now, write }: Omit<Surroundings<'sqs' | 'secrets'>, 'random' | 'sleep'>,
): Receive =>
  createReceive({
    sources,
    keys: createKeys(createSecret(env.KEYS_SECRET_ARN, now, aws.secrets)),
    queue: createEventQueue(env.QUEUE_URL, aws.sqs),
    log: createLog(write, now),
    now,
  });

export interface ReceiveParts {
  readonly sources: Configuration['sources'];
  readonly keys: Keys;
  readonly queue: EventQueue;
  readonly log: Log;
  readonly now: () => number;
}

/** Seconds. Some senders try again after a 503 only where this is under a minute. */
const RETRY_AFTER = '30';

/**
 * A signature that does not fit is checked once more with keys no older than this, so that a new key works from the
 * moment it is in the secret: many senders never repeat what was answered with a 401. In this time a stranger can
 * force one read of the secret, not more.
 */
const KEYS_SURELY_FRESH_MS = 15_000;

const TOO_LARGE = `The body is too large: up to ${MAX_BODY_BYTES} bytes are read.`;

export const createReceive =
  (parts: ReceiveParts): Receive =>
  async (request) => {
    const { requestId } = request.requestContext;
    try {
      return await receive(parts, request, requestId);
    } catch (error) {
      if (error instanceof UnreadableBody) return problem(400, requestId, error.message);
      if (error instanceof EventTooLarge) return problem(413, requestId, TOO_LARGE);
      // Never a 4xx for our own fault: the sender would not send it again.
      parts.log('error', 'the sender is asked to send again', { requestId, error: errorName(error) });
      const detail = 'The fault is on this side. Please send it again.';
      return problem(503, requestId, detail, { 'retry-after': RETRY_AFTER });
    }
  };

const receive = async (
  parts: ReceiveParts,
  request: APIGatewayProxyEventV2,
  requestId: string,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { sources, queue, log, now } = parts;
  const name = request.pathParameters?.['source'] ?? '';
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source || !isWebhook(source)) return problem(404, requestId, 'There is no such webhook.');
  const methods = methodsOf(source);
  const notAllowed = () => problem(405, requestId, 'Events come by POST.', { allow: methods.join(', ') });
  const signed = signedRequest(request);
  if (!methods.includes(signed.method)) return notAllowed();
  if (signed.body.byteLength > MAX_BODY_BYTES) return problem(413, requestId, TOO_LARGE);
  const greeting = openAnswer(source, signed);
  if (greeting) return answered(greeting);

  const verdict = await authenticate(parts, name, source, signed, requestId);
  if (verdict === 'no-key') return takeBeforeAnyKey(parts, name, source, signed, requestId);
  if (!verdict.ok) {
    log.count('refused', 'not authentic', { requestId, source: name, code: verdict.why }, 'source');
    return problem(401, requestId, 'The request is not authentic.');
  }
  const reply = authenticAnswer(source, signed);
  if (reply) return answered(reply);
  if (signed.method !== 'POST') return notAllowed();

  const events = await readEvents(name, source, signed, new Date(now()));
  await queue.send(events, requestId);
  for (const event of events) log('info', 'on the queue', { requestId, source: name, ref: eventRef(event) });
  const accepted = acceptedOf(source);
  if (accepted) return { statusCode: accepted };
  return {
    statusCode: 202,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ events: events.length, requestId }),
  };
};

/** Some senders hand over their key by the webhook itself; from all others nothing can be verified. */
const takeBeforeAnyKey = async (
  { queue, log, now }: ReceiveParts,
  name: string,
  source: WebhookSource,
  request: SignedRequest,
  requestId: string,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const event = eventBeforeAnyKey(name, source, request, new Date(now()));
  if (!event) {
    const problem = 'the source has no key that could verify anything';
    log.count('keysUnusable', problem, { requestId, source: name });
    throw new KeysUnusable(problem);
  }
  // By its own name, not by the request's: SQS then takes one in five minutes, whoever sends how many.
  await queue.send([event], event.id);
  log('info', 'on the queue', { requestId, source: name, ref: eventRef(event) });
  return answered({});
};

const answered = ({ headers = {}, body = '' }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 200,
  headers: { ...headers },
  body,
});

/** @throws SecretUnavailable, KeysUnusable */
const authenticate = async (
  { keys, log, now }: ReceiveParts,
  name: string,
  source: WebhookSource,
  request: SignedRequest,
  requestId: string,
): Promise<Verdict | 'no-key'> => {
  const check = async (maxAgeMs?: number): Promise<Verdict | 'no-key'> => {
    const usable = usableKeys(source, await keys.of(name, maxAgeMs));
    return usable.length === 0 ? 'no-key' : verify(schemesOf(source), request, usable, new Date(now()));
  };
  try {
    const verdict = await check();
    if (verdict !== 'no-key' && !mayFitAnotherKey(verdict)) return verdict;
  } catch (error) {
    if (!(error instanceof KeysUnusable)) throw error;
  }
  try {
    return await check(KEYS_SURELY_FRESH_MS);
  } catch (error) {
    if (error instanceof KeysUnusable) log.count('keysUnusable', error.message, { requestId, source: name });
    throw error;
  }
};

/** Malformed as well: a key of another kind may be there by now, for the other kind of signature. */
const mayFitAnotherKey = (verdict: Verdict): boolean =>
  !verdict.ok && (verdict.why === 'signature-mismatch' || verdict.why === 'signature-malformed');

const signedRequest = (request: APIGatewayProxyEventV2): SignedRequest => {
  const { rawPath, rawQueryString, requestContext } = request;
  return {
    method: requestContext.http.method,
    url: `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`,
    headers: request.headers,
    body: Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8'),
  };
};
