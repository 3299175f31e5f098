/** One step of the demo: what is sent, and what has to come of it. */
import type { OutcomeName, Owner, Reason } from '../../lambda/outcome.ts';
import type { Webhook } from './senders.ts';

export type Sending =
  | {
      /** The source's name. */
      readonly to: string;
      /** @param key the source's signing key */
      readonly sign: (key: string, now: Date) => Webhook;
    }
  | { readonly putEvents: { readonly Source: string; readonly DetailType: string; readonly Detail: string } };

/** What `GET /outcomes` has to show, field by field; a field that is not here must not be there. */
export interface ExpectedOutcome {
  readonly source: string;
  readonly type: string;
  /** Left out where the sender names none: then it is the event's id. */
  readonly subject?: string;
  readonly outcome: OutcomeName;
  readonly code: Reason;
  readonly owner?: Owner;
  readonly rule?: string;
  readonly queue?: string;
  readonly agent?: string;
}

/** A request that changes something at NetSapiens. */
export interface Write {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface Step {
  readonly title: string;
  readonly send: Sending;
  readonly status: number;
  readonly outcomes: readonly ExpectedOutcome[];
  readonly writes: readonly Write[];
}
