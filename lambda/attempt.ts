/** One attempt at one request: has its day come, is the queue there, who is it, and then the join. */
import type { Ledger } from './aws/ledger.ts';
import { eventRef } from './event.ts';
import type { QueuedEvent } from './event.ts';
import { failed, joinOnce } from './join.ts';
import type { Again, Members, Step } from './join.ts';
import type { Message } from './message.ts';
import type { Callqueues } from './netsapiens/callqueues.ts';
import type { NetSapiens } from './netsapiens/client.ts';
import type { Directory } from './netsapiens/directory.ts';
import { TIMEOUT_MS } from './http.ts';
import type { Outcome, Reason } from './outcome.ts';
import type { Request } from './rules/request.ts';

/** The function will be stopped before another join is through. Nothing was begun. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** A join is at the most a read, a write and a read again; with less time left than that, none is begun. */
const TIME_FOR_A_JOIN_MS = 3 * TIMEOUT_MS + 5_000;

/** A day farther off than this is a slip of somebody's pen. */
const FARTHEST_DAY_MS = 2 * 365 * 24 * 60 * 60 * 1000;

export interface AttemptParts {
  readonly ledger: Ledger;
  readonly netsapiens: NetSapiens;
  readonly callqueues: Callqueues;
  readonly directory: Directory;
  readonly members: Members;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that the function has left. */
  readonly remaining: () => number;
}

/** @throws OutOfTime, LedgerUnavailable */
export const attempt = async (
  parts: AttemptParts,
  event: QueuedEvent,
  request: Request,
  message: Message,
): Promise<Step> => {
  const { ledger, callqueues, directory, now, remaining } = parts;
  const { rule, queue, who, on, cancellable } = request;
  const tag = eventRef(event);
  const about = { rule, queue };

  if (on && on.at - now() > FARTHEST_DAY_MS)
    return parked(about, 'day-invalid', `the day, ${on.text}, is more than two years off`);
  if (on || cancellable) {
    // A message that has waited knows its plan; only one that is new can make or change it.
    const standing = await ledger.plan(rule, event, message.waiting ? undefined : on?.at);
    if (standing !== 'stands') return { outcome: { outcome: 'ignored', ...about, ...FALLEN[standing] } };
  }
  if (on && on.at > now())
    return waiting(about, 'day-not-come', `joins on ${on.text}`, { fault: 'none', at: on.at });
  if (remaining() < TIME_FOR_A_JOIN_MS) throw new OutOfTime();

  const target = await callqueues.check(queue, tag);
  if (target.kind === 'absent') return absent(about, 'queue-not-found', target.reason);
  if (target.kind !== 'target') return failed(about, target);
  const { description } = target;
  const named = { ...about, description };

  const found =
    'agent' in who
      ? { kind: 'found' as const, agent: who.agent }
      : await directory.find(who.find, who.as, tag);
  if (found.kind === 'absent') return absent(named, 'person-not-found', found.reason);
  if (found.kind !== 'found') return failed(named, found);

  // Reading a large directory takes its time.
  if (remaining() < TIME_FOR_A_JOIN_MS) throw new OutOfTime();
  const body = { 'callqueue-agent-id': found.agent, ...request.body };
  return joinOnce({ ...parts, tag }, event, { ...named, body }, message.delivery, now() + remaining());
};

type About = Pick<Outcome & { outcome: 'retrying' }, 'rule' | 'queue' | 'description'>;

const FALLEN = {
  replaced: {
    code: 'replaced-by-later-event',
    reason: 'a later event of the same subject has replaced what this one planned',
  },
  withdrawn: { code: 'withdrawn', reason: 'a later event of the same subject has withdrawn it' },
} as const;

const waiting = (about: About, code: Reason, reason: string, again: Again): Step => ({
  outcome: { outcome: 'retrying', owner: 'event', ...about, code, reason },
  again,
});

const absent = (about: About, code: Reason, reason: string): Step =>
  waiting(about, code, reason, { fault: 'absent' });

const parked = (about: About, code: Reason, reason: string): Step => ({
  outcome: { outcome: 'parked', owner: 'event', ...about, code, reason },
});
