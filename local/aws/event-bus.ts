/** EventBridge on one machine: PutEvents, the patterns of the rules, and the function behind them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { ACCOUNT, REGION } from './account.ts';
import type { Matches } from './event-pattern.ts';
import { AwsFault } from './json-protocol.ts';
import type { Operations } from './json-protocol.ts';

export interface BusRule {
  /** Name or ARN of the event bus. */
  readonly bus: string;
  readonly matches: Matches;
  /** Makes the function's input of the event's envelope. */
  readonly input: (envelope: Envelope) => unknown;
}

export type Envelope = Readonly<Record<string, unknown>>;

export interface EventBusOptions {
  readonly rules: readonly BusRule[];
  /** The function; it is invoked asynchronously. */
  readonly invoke: (input: unknown) => Promise<unknown>;
  /** Milliseconds before each further try of an invocation that failed: Lambda's are a minute and two. */
  readonly retryDelays: readonly number[];
  /** Told when all tries of an invocation failed: in AWS, it is in the dead-letter queue then. */
  readonly lost: (error: unknown) => void;
}

export interface EventBus {
  readonly operations: Operations;
  /** Waits for the invocations under way. */
  readonly close: () => Promise<void>;
}

/** The last second that a Date can be. */
const MAX_TIME = 8_640_000_000_000;
const text = z.string().min(1).optional();
const entrySchema = z.object({
  Source: text.catch(undefined),
  DetailType: text.catch(undefined),
  Detail: text.catch(undefined),
  EventBusName: z.string().min(1).default('default'),
  Resources: z.array(z.string()).default([]),
  /** Seconds since 1970, as the protocol writes times. */
  Time: z.number().min(0).max(MAX_TIME).optional(),
});
type Entry = z.infer<typeof entrySchema>;
const requestSchema = z.object({ Entries: z.array(entrySchema) });
const MAX_ENTRIES = 10;

export const createEventBus = ({ rules, invoke, retryDelays, lost }: EventBusOptions): EventBus => {
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const invokeWithRetries = async (input: unknown): Promise<void> => {
    for (const pause of [...retryDelays, undefined]) {
      try {
        await invoke(input);
        return;
      } catch (error) {
        if (pause === undefined || closing.signal.aborted) {
          lost(error);
          return;
        }
        await delay(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const deliver = (bus: string, envelope: Envelope): void => {
    for (const rule of rules) {
      if (busName(rule.bus) !== busName(bus) || !rule.matches(envelope)) continue;
      const invocation = invokeWithRetries(rule.input(envelope)).finally(() => underWay.delete(invocation));
      underWay.add(invocation);
    }
  };

  const putEvents = (input: unknown) => {
    const request = requestSchema.safeParse(input);
    if (!request.success)
      throw new AwsFault('SerializationException', 'Entries are not as PutEvents takes them');
    const entries = request.data.Entries;
    if (entries.length === 0 || entries.length > MAX_ENTRIES)
      throw new AwsFault(
        'ValidationException',
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAX_ENTRIES}`,
      );
    const results = entries.map((entry) => {
      const refusal = refusalOf(entry);
      if (refusal) return refusal;
      const id = randomUUID();
      deliver(entry.EventBusName, envelopeOf(id, entry));
      return { EventId: id };
    });
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };

  return {
    operations: { 'AWSEvents.PutEvents': putEvents },
    close: async () => {
      closing.abort();
      await Promise.all(underWay);
    },
  };
};

/** A rule and an entry may each name the bus or its ARN. */
const busName = (bus: string): string => bus.slice(bus.lastIndexOf('/') + 1);

const refusalOf = (entry: Entry) => {
  for (const field of ['Source', 'DetailType', 'Detail'] as const)
    if (entry[field] === undefined)
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${field} is not valid. Reason: ${field} is a required argument.`,
      };
  if (entry.Source?.startsWith('aws.'))
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  return detailOf(entry) ? undefined : { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
};

const detailSchema = z.record(z.string(), z.unknown());

const detailOf = ({ Detail: detail = '' }: Entry): Record<string, unknown> | undefined => {
  try {
    return detailSchema.safeParse(JSON.parse(detail)).data;
  } catch {
    return undefined;
  }
};

const envelopeOf = (id: string, entry: Entry): Envelope => ({
  version: '0',
  id,
  'detail-type': entry.DetailType,
  source: entry.Source,
  account: ACCOUNT,
  // EventBridge writes whole seconds.
  time: `${new Date((entry.Time ?? Date.now() / 1000) * 1000).toISOString().slice(0, 19)}Z`,
  region: REGION,
  resources: entry.Resources,
  detail: detailOf(entry),
});
