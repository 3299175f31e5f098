/** One step of the demo: what is sent, and what has to come of it. */
import type { Configuration } from '../../lambda/configuration.ts';
import type { OutcomeName, Owner, Reason } from '../../lambda/outcome.ts';
import type { Keys } from '../embedded.ts';
import type { User } from '../netsapiens/agent.ts';
import type { Callqueue } from '../netsapiens/store.ts';
import type { Webhook } from './senders.ts';

/**
 * @param key the source's signing key
 * @param url where it goes, as the receiver's public front names it
 */
export type Sign = (key: string, now: Date, url: string) => Webhook;

export type Sending =
  | {
      /** The source's name. */
      readonly to: string;
      readonly sign: Sign;
    }
  /** Whatever nobody signs: what a sender asks before anything is agreed. */
  | { readonly to: string; readonly unsigned: Webhook }
  /** Something happens elsewhere: what waits may come to its end. Nothing is sent. */
  | { readonly meanwhile: (hands: Hands) => void }
  | { readonly putEvents: { readonly Source: string; readonly DetailType: string; readonly Detail: string } };

/** What the demo can do besides sending, where telephone system and clock are its own. */
export interface Hands {
  readonly addUser: (user: User) => void;
  readonly letPass: (ms: number) => void;
}

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
  /** What the sender wants to read, where it asks for something: these headers, and this very body. */
  readonly answer?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string };
  readonly outcomes: readonly ExpectedOutcome[];
  readonly writes: readonly Write[];
}

/** Nobody is answered where nothing was sent. */
export const NOTHING_SENT = 0;

/** Whose step it is. */
export const sourceOf = ({ send, outcomes }: Step): string | undefined =>
  'to' in send ? send.to : outcomes[0]?.source;

/** Steps, how they are gone through, and what has to be there for them. */
export interface Tale {
  readonly steps: readonly Step[];
  /** All at once, but for those of one source; else one after the other, each request to NetSapiens shown. */
  readonly atOnce: boolean;
  readonly setting: {
    readonly domain: string;
    readonly queues: readonly Callqueue[];
    readonly users: readonly User[];
  };
  /** The keys that the run has, from those that it would have. */
  readonly keysFrom: (keys: Keys) => Keys;
  /** What the steps leave out that they had to tell of. */
  readonly gaps: (steps: readonly Step[], sources: Configuration['sources']) => readonly string[];
}
