/**
 * A function's process, in this one. All that it does outside of itself goes through one `send`: so it can be ended at
 * any of its awaits, and does nothing any more from then on.
 */
import { twice } from '../../lambda/aws/service.ts';
import type { AwsSettings } from '../../lambda/aws/service.ts';
import type { Send } from '../../lambda/http.ts';
import { clientConfig } from '../aws/account.ts';

/** The process is gone; what it had sent may have taken effect or not. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Container<Arguments extends readonly unknown[], Result> {
  /** @throws Killed */
  readonly invoke: (...given: Arguments) => Promise<Result>;
  readonly kill: () => void;
  readonly dead: () => boolean;
}

/** What a call passes on its way out of a container. */
export type Hop = (next: Send, kill: () => void) => Send;

export const DIRECT: Hop = (next) => next;

export const startContainer = <Arguments extends readonly unknown[], Result>(
  make: (send: Send) => (...given: Arguments) => Promise<Result>,
  hop: Hop,
  open: Send,
): Container<Arguments, Result> => {
  const end = new AbortController();
  const dead = (): boolean => end.signal.aborted;
  const death = new Promise<never>((_, reject) => {
    end.signal.addEventListener('abort', () => reject(new Killed()));
  });
  death.catch(() => undefined);
  const never = new Promise<never>(() => undefined);
  const send = hop(open, () => end.abort());
  const handler = make(async (exchange) => {
    if (dead()) return never;
    const reply = await send(exchange);
    return dead() ? never : reply;
  });
  return {
    invoke: (...given) => Promise.race([handler(...given), death]),
    kill: () => end.abort(),
    dead,
  };
};

/** AWS at a stand-in, called through `send`. There is no pause between two tries: time stands still here. */
export const awsThrough = (origin: string, send: Send): AwsSettings => ({
  ...clientConfig(origin),
  send: twice(send, () => Promise.resolve()),
});
