/** The ways in which the simulator can be told to misbehave: a short closed set, scripted ahead, used up in order. */
import type { Answer } from './routes.ts';

/** `written: true`: what was asked for happens, and yet the answer is the bad one. */
export type How =
  /** This answer in place of the true one; a text as `body` goes out as it is (HTML). */
  | {
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly written?: true;
    }
  /** The connection is destroyed without an answer, before or after the request took effect. */
  | { readonly reset: 'before' | 'after' }
  /** The answer (and, without `written`, the effect) waits until the promise is kept: a slow server without a clock. */
  | { readonly hold: Promise<unknown>; readonly written?: true }
  /** The true answer, cut in the middle of its JSON. */
  | { readonly truncate: true }
  /** HTTP 200 around an error: `{ code, message }`. Nothing is written. */
  | { readonly code: number }
  /** An added agent shows only after so many reads of the queue. */
  | { readonly lag: number };

export interface Misbehaviour {
  /** Which requests; left out: all. The path is the decoded one behind /ns-api/v2. */
  readonly when?: { readonly method?: string; readonly path?: RegExp };
  /** Left out: once. */
  readonly times?: number | 'always';
  readonly how: How;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Script {
  readonly add: (misbehaviour: Misbehaviour) => void;
  /** The oldest that fits this request, used up once. */
  readonly next: (method: string, path: string) => How | undefined;
}

export const emptyScript = (): Script => {
  const entries: (Misbehaviour & { left: number })[] = [];
  return {
    add: (misbehaviour) => {
      const { times = 1 } = misbehaviour;
      entries.push({ ...misbehaviour, left: times === 'always' ? Infinity : times });
    },
    next: (method, path) => {
      const entry = entries.find(
        ({ left, when }) =>
          left > 0 &&
          (when?.method ?? method) === method &&
          (when?.path === undefined || path.search(when.path) !== -1),
      );
      if (entry) entry.left -= 1;
      return entry?.how;
    },
  };
};

const JSON_TYPE = { 'content-type': 'application/json' };

const reply = ({ status, body }: Answer): Reply => ({
  status,
  headers: JSON_TYPE,
  text: JSON.stringify(body),
});

/**
 * @param act does what was asked for; `lag` as above
 * @returns undefined where the connection is to be destroyed
 */
export const perform = async (
  how: How | undefined,
  act: (lag: number) => Answer,
): Promise<Reply | undefined> => {
  if (how === undefined) return reply(act(0));
  if ('reset' in how) {
    if (how.reset === 'after') act(0);
    return undefined;
  }
  if ('hold' in how) {
    const early = how.written ? act(0) : undefined;
    await how.hold;
    return reply(early ?? act(0));
  }
  if ('truncate' in how) {
    const whole = reply(act(0));
    return { ...whole, text: whole.text.slice(0, Math.floor(whole.text.length / 2)) };
  }
  if ('code' in how) return reply({ status: 200, body: { code: how.code, message: 'Error' } });
  if ('lag' in how) return reply(act(how.lag));
  if (how.written) act(0);
  const { status, headers = {}, body = { code: status, message: 'Error' } } = how;
  return typeof body === 'string'
    ? { status, headers: { 'content-type': 'text/html', ...headers }, text: body }
    : { status, headers: { ...JSON_TYPE, ...headers }, text: JSON.stringify(body) };
};
