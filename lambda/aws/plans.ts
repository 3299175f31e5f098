/** The plans in the ledger: which event of a subject says what a rule waits to do, and whether it has been withdrawn. */
import type { QueuedEvent } from '../event.ts';
import { DAY_SECONDS, LIFETIME_SECONDS } from './lifetime.ts';
import { isTrue, number, numberOf, text, textOf } from './table.ts';
import type { Item, Table } from './table.ts';

/** A withdrawal outlives whatever it can be about: the furthest day that a rule may name (two years), and the wait then. */
const WITHDRAWAL_SECONDS = 3 * 365 * DAY_SECONDS;

/** Every call may throw LedgerUnavailable. */
export interface Plans {
  /**
   * A rule plans for a later day, or has planned: does the event still stand? The later one by its `time` does.
   *
   * @param until milliseconds since 1970, the day planned for; left out: it only asks
   */
  plan(rule: string, event: QueuedEvent, until?: number): Promise<'stands' | 'replaced' | 'withdrawn'>;
  /** Cancels what the rule waits to do for earlier events of the same subject. */
  withdraw(rule: string, event: QueuedEvent): Promise<void>;
}

const planKey = (rule: string, { source, subject }: QueuedEvent): Item => ({
  event: text(`${source}#${subject}`),
  entry: text(`plan#${rule}`),
});

export const createPlans = (table: Table, now: () => number): Plans => ({
  plan: async (rule, event, until) => {
    const key = planKey(rule, event);
    const time = number(Date.parse(event.time));
    if (until !== undefined) {
      const set = {
        by: text(event.id),
        time,
        withdrawn: { BOOL: false },
        expires: number(Math.floor(Math.max(until, now()) / 1000) + LIFETIME_SECONDS),
      };
      const taken = await table.update(key, set, {
        condition:
          'attribute_not_exists(#time) OR #time < :time OR (#time = :time AND #withdrawn = :withdrawn)',
      });
      if (taken !== false) return 'stands';
    }
    const item = await table.get(key);
    // A withdrawal counts for what was before it, and of two events of one time, for both.
    if (!item || (numberOf(item, 'time') ?? 0) < Date.parse(event.time)) return 'stands';
    if (isTrue(item, 'withdrawn')) return 'withdrawn';
    return textOf(item, 'by') === event.id ? 'stands' : 'replaced';
  },

  withdraw: async (rule, event) => {
    const set = {
      by: text(event.id),
      time: number(Date.parse(event.time)),
      withdrawn: { BOOL: true },
      expires: number(Math.floor(now() / 1000) + WITHDRAWAL_SECONDS),
    };
    await table.update(planKey(rule, event), set, {
      condition: 'attribute_not_exists(#time) OR #time <= :time',
    });
  },
});
