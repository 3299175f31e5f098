/**
 * The senders' side for EventBridge: takes what a rule hands over, puts it on the queue.
 *
 * There is no signature to check: trust comes from the bus's resource policy and from the operator's pattern. When it
 * throws, Lambda's own retry and the dead-letter queue of its asynchronous invocations take over.
 */
import * as z from 'zod';
import { createLog } from './aws/log.ts';
import type { Log } from './aws/log.ts';
import { createEventQueue } from './aws/queue.ts';
import type { EventQueue } from './aws/queue.ts';
import type { Configuration } from './configuration.ts';
import { eventRef } from './event.ts';
import type { EnvironmentOf, RuleInput } from './names.ts';
import { readRuleEvent } from './sources/source.ts';
import type { Surroundings } from './surroundings.ts';

export type ReceiveEvent = (input: RuleInput) => Promise<void>;

export const wireReceiveEvent = (
  env: EnvironmentOf<'receive-event'>,
  { sources }: Pick<Configuration, 'sources'>,
  { aws, now, write }: Omit<Surroundings<'sqs'>, 'random' | 'sleep'>,
): ReceiveEvent =>
  createReceiveEvent({
    sources,
    queue: createEventQueue(env.QUEUE_URL, aws.sqs),
    log: createLog(write, now),
    now,
  });

const inputSchema = z.object({ onqueueSource: z.string(), event: z.unknown() });

export const createReceiveEvent =
  (parts: {
    readonly sources: Configuration['sources'];
    readonly queue: EventQueue;
    readonly log: Log;
    readonly now: () => number;
  }): ReceiveEvent =>
  async (given) => {
    const { onqueueSource: name, event: envelope } = inputSchema.parse(given);
    const source = Object.hasOwn(parts.sources, name) ? parts.sources[name] : undefined;
    if (source?.type !== 'eventbridge')
      throw new Error('a rule hands over events of a source that is not configured');
    const event = await readRuleEvent(name, source, envelope, new Date(parts.now()));
    // EventBridge may hand over one event twice: its id makes that one message while SQS remembers, and one entry in
    // the ledger for good.
    await parts.queue.send([event], event.id);
    parts.log('info', 'on the queue', { source: name, ref: eventRef(event), events: 1 });
  };
