/** SQS: the FIFO queue between the senders' side and the telephone side, and the dead-letter queue behind it. */
import * as z from 'zod';
import { createGathering } from './gathering.ts';
import { AwsError, createService } from './service.ts';
import type { AwsSettings, Call } from './service.ts';
import { deduplicationKey, orderingKey, sha256 } from '../event.ts';
import type { QueuedEvent } from '../event.ts';
import { MAX_EVENT_BYTES, MAX_MESSAGE_BYTES } from '../names.ts';
import type { Owner } from '../outcome.ts';

/** SQS takes this many messages in one call, of MAX_MESSAGE_BYTES together. */
const MAX_BATCH = 10;

/** Not every event of a delivery is on the queue. The sender has to try again; what is on it already is found out. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** An event that no queue message can hold. */
export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
}

export interface EventQueue {
  /**
   * Puts all events on the queue, in order.
   *
   * @param delivery what tells this delivery from another: the request id, or the id of the EventBridge event
   * @throws QueueUnavailable, EventTooLarge (then nothing was sent)
   */
  send(events: readonly QueuedEvent[], delivery: string): Promise<void>;
}

/** SQS, where the queue's URL says that it is. */
const sqsOf = (url: string, settings: AwsSettings): Call =>
  createService({ service: 'sqs', protocol: 'AmazonSQS', endpoint: url }, settings);

const batchSchema = z.object({ Successful: z.array(z.object({ Id: z.string() })).default([]) });

export const createEventQueue = (url: string, settings: AwsSettings): EventQueue => {
  const sqs = sqsOf(url, settings);

  /** @returns those that SQS took. @throws AwsError */
  const offer = async (entries: readonly Entry[]): Promise<readonly Entry[]> => {
    const answer = await sqs('SendMessageBatch', {
      QueueUrl: url,
      Entries: entries.map(({ message }, index) => ({ Id: String(index), ...message })),
    });
    const taken = new Set(batchSchema.safeParse(answer).data?.Successful.map(({ Id }) => Id));
    return entries.filter((_, index) => taken.has(String(index)));
  };

  const sendBatch = async (entries: readonly Entry[]): Promise<void> => {
    const { length } = await offer(entries).catch(unavailable);
    if (length < entries.length) throw new QueueUnavailable(`SQS took ${length} of ${entries.length}`);
  };

  /** Deliveries of one event each, that came to this process at the same time, go together. */
  const sendOne = createGathering<Entry, unknown>({
    most: MAX_BATCH,
    keyOf: ({ message }) => message.MessageDeduplicationId,
    // Where SQS hangs, a sender waits for its own call, not for those before it.
    inTurn: false,
    alone: (entry) => sendBatch([entry]),
    together: async (entries) => {
      const taken = new Map<Entry, Promise<unknown>>();
      for (const batch of batches(entries))
        try {
          for (const entry of await offer(batch)) taken.set(entry, Promise.resolve());
        } catch (error) {
          // One delivery's trouble is not another's: each goes by itself then.
          if (!(error instanceof AwsError) || !error.refused) unavailable(error);
        }
      return taken;
    },
  });

  return {
    send: async (events, delivery) => {
      const entries = events.map((event, index) => entryOf(event, index, delivery));
      const [first, ...others] = entries;
      if (first && others.length === 0) await sendOne(first);
      // One batch after the other: the order within a subject is the order of sending.
      else for (const batch of batches(entries)) await sendBatch(batch);
    },
  };
};

const unavailable = (cause: unknown): never => {
  throw new QueueUnavailable('SQS did not take the batch', { cause });
};

interface Entry {
  readonly bytes: number;
  readonly message: {
    MessageBody: string;
    MessageGroupId: string;
    MessageDeduplicationId: string;
  };
}

/** The characters that JSON leaves as they are and SQS does not take. */
const REFUSED_BY_SQS = /[\ufffe\uffff]/g;
const escaped = (character: string): string => (character === '\ufffe' ? '\\ufffe' : '\\uffff');

const entryOf = (event: QueuedEvent, index: number, delivery: string): Entry => {
  const body = JSON.stringify(event).replace(REFUSED_BY_SQS, escaped);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_EVENT_BYTES) throw new EventTooLarge(`an event of ${bytes} bytes, ${MAX_EVENT_BYTES} fit`);
  return {
    bytes,
    message: {
      MessageBody: body,
      MessageGroupId: orderingKey(event),
      MessageDeduplicationId: deduplicationKey(event, `${delivery}#${index}`),
    },
  };
};

function* batches(entries: readonly Entry[]): Generator<readonly Entry[]> {
  let batch: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (batch.length === MAX_BATCH || bytes + entry.bytes > MAX_MESSAGE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry.bytes;
  }
  if (batch.length > 0) yield batch;
}

/** What stands beside a parked message, as its attributes: the body stays what it was, so a redrive runs it again. */
export interface Parking {
  readonly reason: string;
  readonly code: string;
  readonly owner: Owner;
  readonly attempts: number;
  /** ISO 8601. */
  readonly firstReceivedAt: string;
  /** ISO 8601. */
  readonly parkedAt: string;
}

/** A message in hand, as Lambda got it. */
export interface MessageInHand {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly group: string;
  /** The name of the queue that it came from. */
  readonly queue: string;
}

/** What a waiting message carries, as its attributes; the body stays what it was. */
export interface Waiting {
  /** The id of the message that came from the senders' side: the journal, the ledger and the log know the event by it. */
  readonly delivery: string;
  /** ISO 8601. */
  readonly firstReceivedAt: string;
  /** ISO 8601: there is nothing to do sooner. */
  readonly notBefore: string;
}

export interface DeliveryQueue {
  /** Makes a message in hand visible again after so many seconds; its group waits for it. */
  postpone(message: MessageInHand, seconds: number): Promise<void>;
  /** @param part what of the event is parked: each part of a message is parked once */
  park(message: MessageInHand, parking: Parking, part: string): Promise<void>;
  /** Puts a copy on the waiting queue, in a group of its own: no other event has to wait behind it. */
  wait(message: MessageInHand, waiting: Waiting): Promise<void>;
}

/** An SQS message attribute holds what XML can, and must not be empty. */
const attributeText = (text: string): string =>
  // Control characters are among what SQS refuses, and so is a half of a character, which a cut may leave.
  text.slice(0, 4_000).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd') || '-';

type Attributes = Record<string, { DataType: string; StringValue: string }>;

const attributesOf = (given: Parking | Waiting): Attributes =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => [
      name,
      { DataType: 'String', StringValue: attributeText(String(value)) },
    ]),
  );

export const createDeliveryQueue = (
  urls: { readonly queue: string; readonly waitingQueue: string; readonly deadLetterQueue: string },
  settings: AwsSettings,
): DeliveryQueue => {
  const sqs = sqsOf(urls.queue, settings);
  return {
    postpone: async ({ receiptHandle, queue }, seconds) => {
      await sqs('ChangeMessageVisibility', {
        QueueUrl: urls.waitingQueue.endsWith(`/${queue}`) ? urls.waitingQueue : urls.queue,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      });
    },
    park: async ({ messageId, body, group }, parking, part) => {
      await sqs('SendMessage', {
        QueueUrl: urls.deadLetterQueue,
        MessageBody: body,
        MessageGroupId: group,
        // Of this message, and this part of it: a crash between parking and deleting parks it once; a redrive can park it
        // again, and so can the rest of the event, when that has waited in vain.
        MessageDeduplicationId: `${messageId}.${sha256(part).slice(0, 16)}`,
        MessageAttributes: attributesOf(parking),
      });
    },
    wait: async ({ messageId, body }, waiting) => {
      await sqs('SendMessage', {
        QueueUrl: urls.waitingQueue,
        MessageBody: body,
        MessageGroupId: waiting.delivery,
        MessageDeduplicationId: messageId,
        MessageAttributes: attributesOf(waiting),
      });
    },
  };
};
