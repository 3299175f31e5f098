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
  | 'request-refused'
  | 'not-found'
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
  /** No rule wants the event; `reason` has a sentence for each rule. */
  | ({ readonly outcome: 'ignored' } & Why);

export type OutcomeName = Outcome['outcome'];
