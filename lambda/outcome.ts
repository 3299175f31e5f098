/**
 * What can become of an event. The sets are closed: whoever counts outcomes can count on them.
 */

/** Whose fault it is that something was parked. */
export type Owner =
  /** their data */
  | 'event'
  /** our rules, our credentials */
  | 'configuration'
  | 'netsapiens';

/** Why, as a code for logs and metrics: it never carries a value of an event. */
export type Reason =
  | 'agent-added'
  | 'found-after-doubt'
  | 'already-on-queue'
  | 'delivered-before'
  | 'delivered-before-with-other-content'
  | 'no-rule-wants-it'
  | 'payload-unrecognized'
  | 'message-unreadable'
  | 'expression-failed'
  | 'agent-invalid'
  | 'person-ambiguous'
  | 'device-ambiguous'
  | 'queue-invalid'
  | 'day-invalid'
  | 'request-refused'
  /** Not yet, or not at all: waited for, then parked. */
  | 'person-not-found'
  | 'queue-not-found'
  | 'queue-is-call-park'
  /** The day of the rule's `on` has not come. */
  | 'day-not-come'
  | 'replaced-by-later-event'
  | 'withdrawn'
  | 'no-such-route'
  | 'credential-refused'
  | 'credential-unavailable'
  | 'netsapiens-unavailable'
  | 'ledger-unavailable'
  | 'attempt-in-progress'
  | 'internal-error';

interface About {
  readonly rule: string;
  readonly queue: string;
  readonly agent: string;
  /** The queue's name in NetSapiens, so that a person sees "Support" and not only "3000". */
  readonly description?: string;
  /** A sentence on what is odd, though it is no fault: for a person, never for a log. */
  readonly warning?: string;
}

interface Why {
  readonly code: Reason;
  /** A sentence for a person. It may name the event's values: for the ledger and the parked message, never for a log. */
  readonly reason: string;
}

/** The person is on the queue. */
export type Joined = { readonly outcome: 'added' | 'already-member' } & About & Why;

/** The end (or, for `retrying`, the present state) of one event at one rule and queue. */
export type Outcome =
  | Joined
  | ({ readonly outcome: 'duplicate' } & About & Why)
  | ({ readonly outcome: 'parked'; readonly owner: Owner } & Partial<About> & Why)
  | ({ readonly outcome: 'retrying'; readonly owner: Owner } & Partial<About> & Why)
  /**
   * No rule wants the event: `reason` has a sentence for each. Or one did, for a later day, and a later event of the
   * same subject changed that.
   */
  | ({ readonly outcome: 'ignored' } & Partial<About> & Why);

export type OutcomeName = Outcome['outcome'];
