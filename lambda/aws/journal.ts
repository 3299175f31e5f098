/** The journal in the ledger: what became of each delivery, and for how long it has been in trouble. */
import { eventRef } from '../event.ts';
import type { QueuedEvent } from '../event.ts';
import type { Outcome } from '../outcome.ts';
import { LIFETIME_SECONDS } from './lifetime.ts';
import { number, numberOf, text, textOf } from './table.ts';
import type { AttributeValue, Item, Table } from './table.ts';

/** What earlier attempts at a delivery left in the journal. */
export interface Past extends Trouble {
  /** What has ended: which rule and queue, and the entry as it stands. */
  readonly ended: readonly {
    readonly rule: string | undefined;
    readonly queue: string | undefined;
    readonly entry: AttributeValue;
  }[];
  /** Something had not ended. */
  readonly open: boolean;
}

/** How long a delivery has been retried for a fault. */
export interface Trouble {
  /** Attempts one after the other that met a fault. */
  readonly tries: number;
  /** Since when NetSapiens has been out of sorts, milliseconds since 1970; 0 where it is not. */
  readonly troubledSince: number;
}

/** What one attempt makes of a delivery. */
export interface Attempt extends Trouble {
  /** How often the message was received. */
  readonly attempts: number;
  readonly outcomes: readonly Outcome[];
  /** What had ended before this attempt, and stays. */
  readonly before: Past['ended'];
}

/** Every call may throw LedgerUnavailable. */
export interface Journal {
  /** Writes what became of a delivery, over what an earlier attempt wrote; a delivery that has ended stays as it ended. */
  record(delivery: string, event: QueuedEvent, attempt: Attempt): Promise<void>;
  recall(delivery: string, event: QueuedEvent): Promise<Past>;
}

const deliveryKey = (delivery: string, { source, id }: QueuedEvent): Item => ({
  event: text(`${source}#${id}`),
  entry: text(`delivery#${delivery}`),
});

const entryOf = (outcome: Outcome): AttributeValue => ({
  M: Object.fromEntries(Object.entries(outcome).map(([name, value]) => [name, text(String(value))])),
});

const itemOf = (
  delivery: string,
  event: QueuedEvent,
  { attempts, outcomes, before, tries, troubledSince }: Attempt,
  ended: boolean,
  now: number,
): Item => ({
  ...deliveryKey(delivery, event),
  id: text(event.id),
  source: text(event.source),
  type: text(event.type),
  subject: text(event.subject),
  time: text(event.time),
  ref: text(eventRef(event)),
  attempts: number(attempts),
  updatedAt: text(new Date(now).toISOString()),
  ended: { BOOL: ended },
  tries: number(tries),
  troubledSince: number(troubledSince),
  outcomes: { L: [...before.map(({ entry }) => entry), ...outcomes.map(entryOf)] },
  expires: number(Math.floor(now / 1000) + LIFETIME_SECONDS),
});

export const createJournal = (table: Table, now: () => number): Journal => ({
  record: (delivery, event, attempt) => {
    const ended = attempt.outcomes.every(({ outcome }) => outcome !== 'retrying');
    const item = itemOf(delivery, event, attempt, ended, now());
    // What has ended stays so: a copy of the delivery, in another container, may come too late.
    return ended
      ? table.put(item)
      : table.putIf(item, {
          condition: 'attribute_not_exists(ended) OR ended = :no',
          values: { no: { BOOL: false } },
        });
  },

  recall: async (delivery, event) => {
    const item = await table.get(deliveryKey(delivery, event));
    const entries = item?.['outcomes']?.L ?? [];
    const ended = entries.filter(({ M }) => textOf(M, 'outcome') !== 'retrying');
    return {
      ended: ended.map((entry) => ({
        rule: textOf(entry.M, 'rule'),
        queue: textOf(entry.M, 'queue'),
        entry,
      })),
      open: ended.length < entries.length,
      tries: numberOf(item, 'tries') ?? 0,
      troubledSince: numberOf(item, 'troubledSince') ?? 0,
    };
  },
});
