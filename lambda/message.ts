/** An SQS record as `deliver` sees it: from the queue, or from the waiting queue, where an event has a history. */
import type { SQSRecord } from 'aws-lambda';
import { parsed } from './json.ts';
import type { MessageInHand } from './aws/queue.ts';
import { isQueuedEvent, orderingKey } from './event.ts';
import type { QueuedEvent } from './event.ts';

export interface Message extends MessageInHand {
  /** It has waited before. */
  readonly waiting: boolean;
  /** The id of the message by which the event first came; the message's own, where it has not waited. */
  readonly delivery: string;
  /** Milliseconds since 1970, of the first message. */
  readonly firstReceivedAt: number;
  /** Milliseconds since 1970, of this message. */
  readonly sentAt: number;
  /** Milliseconds since 1970: there is nothing to do sooner. */
  readonly notBefore: number;
  /** How often this message was received, this time included. */
  readonly attempts: number;
  /** undefined where the body is no event of ours. */
  readonly event: QueuedEvent | undefined;
}

/** The record's group on its queue: it is worked on in order. */
export const groupOf = (record: SQSRecord): string => record.attributes.MessageGroupId ?? record.messageId;

export const messageOf = (record: SQSRecord): Message => {
  const { messageId, receiptHandle, body, attributes, messageAttributes } = record;
  const given = (name: string): string | undefined => messageAttributes[name]?.stringValue;
  const delivery = given('delivery');
  const event = eventOf(body);
  const sentAt = Number(attributes.SentTimestamp);
  return {
    messageId,
    receiptHandle,
    body,
    // Parked, it is among the other events of its subject again.
    group: delivery !== undefined && event ? orderingKey(event) : groupOf(record),
    queue: record.eventSourceARN.slice(record.eventSourceARN.lastIndexOf(':') + 1),
    waiting: delivery !== undefined,
    delivery: delivery ?? messageId,
    // SQS leaves a parked message its attributes when it moves it: put back, it is new, and all waits begin anew.
    firstReceivedAt: (delivery !== undefined && Date.parse(given('firstReceivedAt') ?? '')) || sentAt,
    sentAt,
    notBefore: Date.parse(given('notBefore') ?? '') || 0,
    attempts: Number(attributes.ApproximateReceiveCount),
    event,
  };
};

const eventOf = (body: string): QueuedEvent | undefined => {
  const event = parsed(body);
  return isQueuedEvent(event) ? event : undefined;
};
