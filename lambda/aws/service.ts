/**
 * AWS's services as the functions call them: by AWS's JSON protocol 1.0, signed.
 *
 * SQS and DynamoDB are called from here and not by the SDK's clients: two of them take a cold start as long as all the
 * rest of a function.
 */
import { parsed } from '../json.ts';
import { createSend } from '../http.ts';
import type { Exchange, Reply, Send } from '../http.ts';
import { signed } from './sigv4.ts';
import type { Credentials } from './sigv4.ts';

/** Where a service is, and who calls. */
export interface AwsSettings {
  readonly region: string;
  readonly credentials: Credentials;
  /** Left out: AWS's own. */
  readonly endpoint?: string;
  /** Left out: over HTTP, as `twice` has it. */
  readonly send?: Send;
}

/** A service did not do what it was asked. The name is AWS's code, or what became of the connection. */
export class AwsError extends Error {
  override readonly name: string;
  /** Something is wrong with the call itself: the same call would be refused again. */
  readonly refused: boolean;

  /** The message is ours: AWS's quotes what it stumbled over. */
  constructor(name: string, operation: string, refused = false) {
    super(`${operation}: ${name}`);
    this.name = name;
    this.refused = refused;
  }
}

/**
 * A hung service must not eat the function's own time. Two tries of two seconds leave a sender that waits ten seconds
 * its 503, and the sender tries again.
 */
const TRY_MS = 2_000;

/** Milliseconds: the longest pause before the second try, as in AWS's SDKs. */
const PAUSE_MS = 100;
const PAUSE_OF_BUSY_MS = 500;

/** Too much is asked, or another call has the same item in hand. */
const BUSY =
  /Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests|TransactionConflict|TransactionInProgress/;

/** The code of a refusal: `com.amazonaws.sqs#QueueDoesNotExist` is `QueueDoesNotExist`. */
const codeOf = (body: string): string | undefined => {
  const answer = parsed(body);
  const type =
    typeof answer === 'object' && answer !== null && '__type' in answer ? answer.__type : undefined;
  return typeof type === 'string' ? type.slice(type.indexOf('#') + 1) : undefined;
};

/** How long to wait at the most before a second try; undefined where it would end like the first. */
const pauseAfter = (reply: Reply): number | undefined => {
  if (reply.kind === 'no-answer') return PAUSE_MS;
  if (reply.status < 400) return undefined;
  if (reply.status === 429 || BUSY.test(codeOf(reply.body) ?? '')) return PAUSE_OF_BUSY_MS;
  return reply.status >= 500 ? PAUSE_MS : undefined;
};

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Tries once more where the service was out of reach, out of sorts or too busy. */
export const twice =
  (send: Send, pause: (ms: number) => Promise<void> = sleep): Send =>
  async (exchange) => {
    const reply = await send(exchange);
    const longest = pauseAfter(reply);
    if (longest === undefined) return reply;
    await pause(Math.random() * longest);
    return send(exchange);
  };

/** As `settings` say, or over HTTP. */
export const sendOf = ({ send = twice(createSend(TRY_MS)) }: AwsSettings): Send => send;

/** @returns the answer's JSON. @throws AwsError */
export type Call = (operation: string, input: object) => Promise<unknown>;

/**
 * @param protocol the service in `X-Amz-Target`, before the operation
 * @param endpoint where it is if the settings do not say
 */
export const createService = (
  { service, protocol, endpoint }: { service: string; protocol: string; endpoint: string },
  settings: AwsSettings,
): Call => {
  const { region, credentials } = settings;
  const url = new URL('/', settings.endpoint ?? endpoint);
  const send = sendOf(settings);
  return async (operation, input) => {
    const body = JSON.stringify(input);
    // No trace goes along: AWS would take an event that is sent anew while it waits for a function that calls itself.
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `${protocol}.${operation}`,
    };
    const exchange: Exchange = {
      method: 'POST',
      url,
      headers: signed({ host: url.host, headers, body, region, service, credentials, at: new Date() }),
      body,
    };
    const reply = await send(exchange);
    if (reply.kind === 'no-answer') throw new AwsError(reply.why, operation);
    if (reply.status !== 200) {
      const refused = reply.status >= 400 && pauseAfter(reply) === undefined;
      throw new AwsError(codeOf(reply.body) ?? `status ${reply.status}`, operation, refused);
    }
    // An operation that has nothing to say says nothing.
    const answer = reply.body === '' ? {} : parsed(reply.body);
    if (answer === undefined) throw new AwsError('answer is not JSON', operation);
    return answer;
  };
};
