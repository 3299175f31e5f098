/**
 * The ledger (DynamoDB): it decides what is done once, and remembers what became of each delivery.
 *
 * Four kinds of items:
 *
 *   event = <source>#<event id>   entry = join#<queue>#<agent>#<rule>   the claim: which attempt works on it
 *                                 entry = delivery#<messageId>          the journal: what became of it
 *   event = <source>#<subject>    entry = plan#<rule>               the plan: which event says what waits for its day
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
import { randomUUID } from 'node:crypto';
import { SETTLING_SECONDS } from '../backoff.ts';
import type { QueuedEvent } from '../event.ts';
import type { Joined } from '../outcome.ts';
import { createJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { LIFETIME_SECONDS } from './lifetime.ts';
import { createPlans } from './plans.ts';
import type { Plans } from './plans.ts';
import type { AwsSettings } from './service.ts';
import { createTable, isTrue, number, numberOf, text, textOf } from './table.ts';
import type { AttributeValue, Item } from './table.ts';

/** One (event, rule, queue, agent): the thing that happens once. */
export interface Join {
  readonly event: Pick<QueuedEvent, 'source' | 'id'>;
  /** What the event said, as its `fingerprint`. */
  readonly content: string;
  readonly rule: string;
  readonly queue: string;
  readonly agent: string;
}

export type Claim =
  | {
      readonly kind: 'claimed';
      /** An earlier attempt may have added the agent. */
      readonly inDoubt: boolean;
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
      /** The last that had it was this very owner. */
      readonly oursBefore: boolean;
    }
  | { readonly granted: false };

/** An agent of a queue. */
export interface Member {
  readonly queue: string;
  readonly agent: string;
}

/**
 * How long ago the last lease may have been taken for what was read before to be doubted: the agents that a batch has
 * read are believed for the function's own time, a write comes within a minute of its lease, and clocks in AWS differ.
 * By then the lease itself is over, too.
 */
const RECENT_MS = 5 * 60_000;

const SETTLING_MS = SETTLING_SECONDS * 1000;

/** Every call may throw LedgerUnavailable. */
export interface Ledger extends Plans, Journal {
  /**
   * Takes the join for one attempt.
   *
   * @param delivery the SQS message id
   * @param until milliseconds since 1970, when this attempt is surely over (the function's own timeout)
   */
  claim(join: Join, delivery: string, until: number): Promise<Claim>;
  complete(join: Join, delivery: string, done: Joined): Promise<void>;
  /**
   * Gives the join back, unless another attempt has it by now, or it is done.
   *
   * @param inDoubt the POST was sent, and nobody knows what came of it
   */
  release(join: Join, delivery: string, inDoubt: boolean): Promise<void>;
  /**
   * Asks to be the only one that adds the agent to the queue, until this attempt is over and what it wrote must show; the
   * same owner may ask again. Times as in `claim`.
   *
   * @param owner a rule for a delivery: two rules of one event wait for each other as two events do
   */
  lease(member: Member, owner: string, until: number): Promise<Lease>;
  /** Whether the last lease was this owner's, who then may have added the agent. */
  hasLeased(member: Member, owner: string): Promise<boolean>;
  /** Gives the lease back, where surely nothing was written. */
  endLease(member: Member, owner: string): Promise<void>;
}

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

export const createLedger = (tableName: string, now: () => number, settings: AwsSettings): Ledger => {
  const table = createTable(tableName, settings);
  const expires = () => number(Math.floor(now() / 1000) + LIFETIME_SECONDS);

  const heldBy = async (join: Join, delivery: string, attempt: AttributeValue): Promise<Claim> => {
    const item = await table.get(joinKey(join));
    // Taken by this very call, whose answer was lost; what was there before, nobody knows.
    if (textOf(item, 'attempt') === attempt.S) return { kind: 'claimed', inDoubt: true };
    const outcome = textOf(item, 'outcome');
    if (outcome === 'added' || outcome === 'already-member') {
      const { rule, queue, agent } = join;
      const reason = textOf(item, 'reason') ?? '';
      const code = outcome === 'added' ? 'agent-added' : 'already-on-queue';
      return {
        kind: 'done',
        done: { outcome, rule, queue, agent, code, reason },
        sameDelivery: textOf(item, 'delivery') === delivery,
        sameContent: textOf(item, 'content') === join.content,
      };
    }
    return { kind: 'in-progress', until: numberOf(item, 'until') ?? now() };
  };

  return {
    claim: async (join, delivery, until) => {
      const claimed = {
        state: text('claimed'),
        until: number(until + SETTLING_MS),
        delivery: text(delivery),
        content: text(join.content),
        attempt: text(randomUUID()),
        expires: expires(),
      };
      const before = await table.take(
        joinKey(join),
        claimed,
        {
          condition: 'attribute_not_exists(#state) OR (#state <> :done AND #until <= :now)',
          values: { now: number(now()), done: text('done') },
        },
        { condition: 'attribute_not_exists(#state)' },
      );
      if (before === false) return heldBy(join, delivery, claimed.attempt);
      return {
        kind: 'claimed',
        // A claim that ran out was never released: its function died, perhaps after the POST.
        inDoubt: textOf(before, 'state') === 'claimed' || isTrue(before, 'inDoubt'),
      };
    },

    complete: async (join, delivery, { outcome, reason }) => {
      await table.put({
        ...joinKey(join),
        state: text('done'),
        outcome: text(outcome),
        reason: text(reason),
        delivery: text(delivery),
        content: text(join.content),
        expires: expires(),
      });
    },

    release: async (join, delivery, inDoubt) => {
      await table.update(
        joinKey(join),
        {
          state: text('open'),
          until: number(0),
          delivery: text(delivery),
          inDoubt: { BOOL: inDoubt },
          expires: expires(),
        },
        { condition: 'attribute_exists(#until) AND #delivery = :delivery' },
      );
    },

    lease: async (member, owner, until) => {
      const grantedAt = now();
      const leased = {
        until: number(until + SETTLING_MS),
        owner: text(owner),
        grantedAt: number(grantedAt),
        expires: expires(),
      };
      const before = await table.take(
        memberKey(member),
        leased,
        {
          condition: 'attribute_not_exists(#until) OR #until <= :now OR #owner = :owner',
          values: { now: number(now()) },
        },
        {
          condition: 'attribute_not_exists(#until) OR (#grantedAt <= :recent AND #owner <> :owner)',
          values: { recent: number(now() - RECENT_MS), owner: leased.owner },
        },
      );
      if (before === false) return { granted: false };
      return {
        granted: true,
        readAgain: grantedAt - (numberOf(before, 'grantedAt') ?? 0) < RECENT_MS,
        // Not by this very call, whose first answer was lost.
        oursBefore: textOf(before, 'owner') === owner && numberOf(before, 'grantedAt') !== grantedAt,
      };
    },

    hasLeased: async (member, owner) => textOf(await table.get(memberKey(member)), 'owner') === owner,

    endLease: async (member, owner) => {
      await table.update(
        memberKey(member),
        { until: number(0), owner: text(owner) },
        { condition: '#owner = :owner' },
      );
    },

    ...createJournal(table, now),
    ...createPlans(table, now),
  };
};
