/** Is there a call queue to join, and what is its name? */
import type { Refused, TryAgain } from './answer.ts';
import type { NetSapiens } from './client.ts';

export type TargetVerdict =
  | { readonly kind: 'target'; readonly description: string }
  /** Not there, or not yet. */
  | { readonly kind: 'absent'; readonly reason: string }
  | Refused
  | TryAgain;

export interface Callqueues {
  /** @param tag of the on-demand log, as everywhere in the client */
  check(callqueue: string, tag?: string): Promise<TargetVerdict>;
}

/** How long a queue that was seen is believed to be there, and to be named so, by one container. */
const BELIEVED_MS = 5 * 60_000;

/** NetSapiens' parking slots look like queues; an agent there would get no call. */
const CALL_PARK = /^call park$/i;

export const createCallqueues = ({
  netsapiens,
  now,
}: {
  readonly netsapiens: Pick<NetSapiens, 'readCallqueue'>;
  readonly now: () => number;
}): Callqueues => {
  const seen = new Map<string, { readonly verdict: Promise<TargetVerdict>; readonly at: number }>();

  const read = async (callqueue: string, tag: string | undefined): Promise<TargetVerdict> => {
    const answer = await netsapiens.readCallqueue(callqueue, tag);
    if (answer.kind === 'none') return { kind: 'absent', reason: `there is no call queue ${callqueue}` };
    if (answer.kind !== 'queue') return answer;
    const { description, dispatchType } = answer;
    return CALL_PARK.test(dispatchType)
      ? {
          kind: 'refused',
          code: 'queue-is-call-park',
          owner: 'configuration',
          reason: `${callqueue} ${description} is a parking slot (Call Park), no queue of people`,
        }
      : { kind: 'target', description };
  };

  return {
    check: async (callqueue, tag) => {
      const known = seen.get(callqueue);
      if (known && now() - known.at < BELIEVED_MS) return known.verdict;
      const verdict = read(callqueue, tag);
      // Whoever asks at the same time shares this reading; what was no success is not kept beyond it.
      seen.set(callqueue, { verdict, at: now() });
      let result: TargetVerdict | undefined;
      try {
        result = await verdict;
        return result;
      } finally {
        if (result?.kind !== 'target' && seen.get(callqueue)?.verdict === verdict) seen.delete(callqueue);
      }
    },
  };
};
