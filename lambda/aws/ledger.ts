/**
 * The ledger (DynamoDB): it decides what is done once, and remembers what became of each delivery.
 *
 * Three kinds of items:
 *
 *   event = <source>#<event id>   entry = join#<queue>#<agent>#<rule>   the claim: which attempt works on it
 *                                 entry = delivery#<messageId>          the journal: what became of it
 *   event = queue#<queue>         entry = agent#<agent>                 the lease: which event may add this agent now
 *
 * A claim's time line:
 *
 *   claim ------- read agents ------- POST ------- complete            done: every later delivery is a duplicate
 *   claim ------- read agents ------- POST --?     release(in doubt)   the next attempt reads the agents first
 *   claim ------- (the function dies)                                  until `until`; then the next attempt takes over,
 *                                                                      and has to suppose that the POST was made
 *
 * The lease is for two events about one person, as when HR and a ticket announce the same hire at once: NetSapiens
 * might let the second overwrite what the first has set, so only one of them reads and adds at a time.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { eventRef, fingerprint } from '../event.ts';
import type { QueuedEvent } from '../event.ts';
import type { Joined, Outcome } from '../outcome.ts';

const DAY_SECONDS = 24 * 60 * 60;

/**
 * How long an entry lives. It outlives every way in which the same event can come again: the longest that a sender
 * of ours retries (5 days: Svix), the queue's retention (14), the dead-letter queue's (14) and once more the queue's
 * after a redrive (14): 47 days, and DynamoDB's clean-up comes late, never early.
 */
const LIFETIME_SECONDS = 60 * DAY_SECONDS;

/** One (event, rule, queue, agent): the thing that happens once. */
export interface Join {
  readonly event: QueuedEvent;
  readonly rule: string;
  readonly queue: string;
  readonly agent: string;
}

export type Claim =
  | {
      readonly kind: 'claimed';
      /** An earlier attempt may have added the agent. */
      readonly inDoubt: boolean;
      /** This one included. */
      readonly attempts: number;
      /** Since when NetSapiens has been out of sorts for this join, milliseconds since 1970; 0 where it was not. */
      readonly troubledSince: number;
    }
  /** `sameDelivery`: this very message completed it, and was then interrupted. */
  | {
      readonly kind: 'done';
      readonly done: Joined;
      readonly sameDelivery: boolean;
      readonly sameContent: boolean;
    }
  /** Another attempt has it, until then (milliseconds since 1970). */
  | { readonly kind: 'in-progress'; readonly until: number };

export type Lease =
  | {
      readonly granted: true;
      /** Another event may have added the agent since the agents were read. */
      readonly readAgain: boolean;
      /** The last that had it was this very delivery. */
      readonly oursBefore: boolean;
    }
  | { readonly granted: false };

/** An agent of a queue. */
export interface Member {
  readonly queue: string;
  readonly agent: string;
}

/**
 * How long a lease's last change counts as recent: longer than the agents that a batch has read are believed (the
 * function's own time), and than two clocks in AWS may differ.
 */
const RECENT_MS = 5 * 60_000;

/** A write may show only after replication: for this long nobody else adds the agent. */
const SETTLING_MS = 30_000;

/** DynamoDB did not do what was asked. What was done before it stands; the attempt has to be made again. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** Every call may throw LedgerUnavailable. */
export interface Ledger {
  /**
   * Takes the join for one attempt.
   *
   * @param delivery the SQS message id
   * @param until milliseconds since 1970, when this attempt is surely over (the function's own timeout)
   */
  claim(join: Join, delivery: string, until: number): Promise<Claim>;
  complete(join: Join, done: Joined): Promise<void>;
  /**
   * Gives the join back.
   *
   * @param inDoubt the POST was sent, and nobody knows what came of it
   * @param troubledSince as in the claim
   */
  release(join: Join, inDoubt: boolean, troubledSince: number): Promise<void>;
  /** Asks to be the only one that adds the agent to the queue; the same delivery may ask again. Times as in `claim`. */
  lease(member: Member, delivery: string, until: number): Promise<Lease>;
  /** Gives the lease back: at once, or after a while where something was written, or may have been. */
  endLease(member: Member, written: boolean): Promise<void>;
  /** Writes what became of a delivery, over what an earlier attempt wrote; what has ended stays as it ended. */
  record(delivery: string, event: QueuedEvent, attempts: number, outcomes: readonly Outcome[]): Promise<void>;
}

type Item = Record<string, AttributeValue>;

const text = (value: string): AttributeValue => ({ S: value });
const number = (value: number): AttributeValue => ({ N: String(value) });

// Neither a source's name nor a queue can hold '#', an agent id cannot either: the keys are unambiguous.
// Agents are in lower case: NetSapiens compares them so.
const joinKey = ({ event, queue, agent, rule }: Join): Item => ({
  event: text(`${event.source}#${event.id}`),
  entry: text(`join#${queue}#${agent.toLowerCase()}#${rule}`),
});
const memberKey = ({ queue, agent }: Member): Item => ({
  event: text(`queue#${queue}`),
  entry: text(`agent#${agent.toLowerCase()}`),
});

export const createLedger = (
  table: string,
  now: () => number,
  settings: DynamoDBClientConfig = {},
): Ledger => {
  const client = new DynamoDBClient({ ...CLIENT_SETTINGS, ...settings });

  const reached = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (cause) {
      if (cause instanceof ConditionalCheckFailedException) throw cause;
      throw new LedgerUnavailable('DynamoDB did not do what was asked', { cause });
    }
  };

  const expires = (): AttributeValue => number(Math.floor(now() / 1000) + LIFETIME_SECONDS);

  /** @returns the item as it was before */
  const update = async (
    key: Item,
    set: Item,
    more: { readonly add?: Item; readonly condition?: string; readonly values?: Item } = {},
  ): Promise<Item | undefined> => {
    const named = { ...set, expires: expires() };
    const names = Object.keys({ ...named, ...more.add });
    const clause = (of: object, glue: string) =>
      Object.keys(of)
        .map((name) => `#${name}${glue}:${name}`)
        .join(', ');
    const { Attributes: before } = await reached(
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key,
          UpdateExpression: `SET ${clause(named, ' = ')}${more.add ? ` ADD ${clause(more.add, ' ')}` : ''}`,
          ...(more.condition === undefined ? {} : { ConditionExpression: more.condition }),
          ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries({ ...named, ...more.add, ...more.values }).map(([name, value]) => [
              `:${name}`,
              value,
            ]),
          ),
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    return before;
  };

  const heldBy = async (join: Join, delivery: string): Promise<Claim> => {
    const { Item: item } = await reached(
      client.send(new GetItemCommand({ TableName: table, Key: joinKey(join), ConsistentRead: true })),
    );
    const outcome = item?.['outcome']?.S;
    if (outcome === 'added' || outcome === 'already-member') {
      const { rule, queue, agent } = join;
      const reason = item?.['reason']?.S ?? '';
      const code = outcome === 'added' ? 'agent-added' : 'already-on-queue';
      return {
        kind: 'done',
        done: { outcome, rule, queue, agent, code, reason },
        sameDelivery: item?.['delivery']?.S === delivery,
        sameContent: item?.['content']?.S === fingerprint(join.event),
      };
    }
    return { kind: 'in-progress', until: Number(item?.['until']?.N ?? now()) };
  };

  return {
    claim: async (join, delivery, until) => {
      try {
        const before = await update(
          joinKey(join),
          {
            state: text('claimed'),
            until: number(until),
            delivery: text(delivery),
            content: text(fingerprint(join.event)),
          },
          {
            add: { attempts: number(1) },
            condition: 'attribute_not_exists(#state) OR (#state <> :done AND #until <= :now)',
            values: { done: text('done'), now: number(now()) },
          },
        );
        return {
          kind: 'claimed',
          // A claim that ran out was never released: its function died, perhaps after the POST.
          inDoubt: before?.['state']?.S === 'claimed' || before?.['inDoubt']?.BOOL === true,
          attempts: Number(before?.['attempts']?.N ?? 0) + 1,
          troubledSince: Number(before?.['troubledSince']?.N ?? 0),
        };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return heldBy(join, delivery);
        throw error;
      }
    },

    complete: async (join, { outcome, reason }) => {
      await update(joinKey(join), { state: text('done'), outcome: text(outcome), reason: text(reason) });
    },

    release: async (join, inDoubt, troubledSince) => {
      await update(joinKey(join), {
        state: text('open'),
        until: number(0),
        inDoubt: { BOOL: inDoubt },
        troubledSince: number(troubledSince),
      });
    },

    lease: async (member, delivery, until) => {
      try {
        const before = await update(
          memberKey(member),
          { until: number(until), delivery: text(delivery), changedAt: number(now()) },
          {
            condition: 'attribute_not_exists(#until) OR #until <= :now OR #delivery = :delivery',
            values: { now: number(now()) },
          },
        );
        return {
          granted: true,
          readAgain: now() - Number(before?.['changedAt']?.N ?? 0) < RECENT_MS,
          oursBefore: before?.['delivery']?.S === delivery,
        };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { granted: false };
        throw error;
      }
    },

    endLease: async (member, written) => {
      await update(memberKey(member), {
        until: number(written ? now() + SETTLING_MS : 0),
        changedAt: number(now()),
      });
    },

    record: async (delivery, event, attempts, outcomes) => {
      const ended = outcomes.every(({ outcome }) => outcome !== 'retrying');
      const item: Item = {
        event: text(`${event.source}#${event.id}`),
        entry: text(`delivery#${delivery}`),
        id: text(event.id),
        source: text(event.source),
        type: text(event.type),
        subject: text(event.subject),
        time: text(event.time),
        ref: text(eventRef(event)),
        attempts: number(attempts),
        updatedAt: text(new Date(now()).toISOString()),
        ended: { BOOL: ended },
        outcomes: {
          L: outcomes.map((outcome) => ({
            M: Object.fromEntries(
              Object.entries(outcome).map(([name, value]) => [name, text(String(value))]),
            ),
          })),
        },
        expires: expires(),
      };
      const unlessEnded = {
        ConditionExpression: 'attribute_not_exists(ended) OR ended = :no',
        ExpressionAttributeValues: { ':no': { BOOL: false } },
      };
      try {
        await reached(
          client.send(new PutItemCommand({ TableName: table, Item: item, ...(ended ? {} : unlessEnded) })),
        );
      } catch (error) {
        // A copy of the delivery, in another container, was through before.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
};
