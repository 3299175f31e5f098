import type { SignedRequest } from '../../lambda/sources/request.ts';
import type { WebhookSource } from '../../lambda/sources/source.ts';

/**
 * A request that is authentic, and what it becomes. `NAME.known.ts` has those of the sender NAME as its default export;
 * senders.test.ts takes each one apart. The signature was made elsewhere: by the sender, by its library, by openssl.
 */
export interface Known {
  readonly title: string;
  readonly source: WebhookSource;
  readonly key: string;
  /** When it is fresh, in seconds since 1970; left out where no time is signed. */
  readonly seconds?: number;
  readonly request: SignedRequest;
  /** What is expected of its events, in order. */
  readonly events: readonly object[];
}
