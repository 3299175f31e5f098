/** One join: a person, a queue, once. From the claim in the ledger to NetSapiens' answer. */
import type { Claim, Join, Ledger } from './aws/ledger.ts';
import type { QueuedEvent } from './event.ts';
import type { NetSapiens } from './netsapiens/client.ts';
import type { ReadVerdict, Refused, TryAgain } from './netsapiens/answer.ts';
import type { Joined, Outcome } from './outcome.ts';
import type { Request } from './rules/rule.ts';

/** What became of a join in one attempt; `again` where it has not ended. */
export interface Step {
  readonly outcome: Outcome;
  readonly again?: Pick<TryAgain, 'fault' | 'notBefore'> & {
    readonly attempts: number;
    /** Milliseconds since 1970: since when it has been tried in vain for a fault of NetSapiens. */
    readonly since?: number;
  };
}

/** The agents of the queues as one batch sees them: read once for a queue, and kept up with what the batch adds. */
export interface Members {
  read(queue: string): Promise<ReadVerdict>;
  readAfresh(queue: string): Promise<ReadVerdict>;
  /** Takes note of an agent that was just added. */
  added(queue: string, agent: string): void;
  /** One after the other for the same agent of the same queue, so that the second sees what the first did. */
  inTurn<T>(queue: string, agent: string, work: () => Promise<T>): Promise<T>;
}

export const createMembers = (netsapiens: Pick<NetSapiens, 'readAgents'>): Members => {
  const known = new Map<string, Promise<ReadVerdict>>();
  const turns = new Map<string, Promise<unknown>>();
  const readAfresh = (queue: string): Promise<ReadVerdict> => {
    const reading = netsapiens.readAgents(queue);
    known.set(queue, reading);
    return reading;
  };
  return {
    read: (queue) => known.get(queue) ?? readAfresh(queue),
    readAfresh,
    added: (queue, agent) => {
      const before = known.get(queue);
      known.set(
        queue,
        (async () => {
          const agents = await before;
          return { kind: 'agents', ids: new Set(agents?.kind === 'agents' ? agents.ids : []).add(agent) };
        })(),
      );
    },
    inTurn: (queue, agent, work) => {
      const key = `${queue}#${agent}`;
      const turn = (turns.get(key) ?? Promise.resolve()).then(work);
      turns.set(
        key,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
};

const isMember = (agents: ReadVerdict, agent: string): boolean =>
  agents.kind === 'agents' && agents.ids.has(agent);

/** The agent is on the queue. */
type There = { readonly kind: 'there' } & Pick<Joined, 'outcome' | 'code' | 'reason'>;
type Result = There | Refused | TryAgain;

const there = (outcome: There['outcome'], code: There['code'], reason: string): There => ({
  kind: 'there',
  outcome,
  code,
  reason,
});
const ADDED = there('added', 'agent-added', 'NetSapiens added the agent');
// Whoever died between the POST and the ledger left the agent there: that one was added, and by us.
const FOUND = there(
  'added',
  'found-after-doubt',
  'an earlier attempt had added the agent, its answer was lost',
);
const MEMBER = there(
  'already-member',
  'already-on-queue',
  'the agent was on the queue already; nothing was sent',
);
const REFUSED_AS_MEMBER = there(
  'already-member',
  'already-on-queue',
  'NetSapiens refused, as the agent was on the queue already',
);
const OTHERS_TURN: TryAgain = {
  kind: 'try-again',
  code: 'attempt-in-progress',
  owner: 'configuration',
  fault: 'own',
  inDoubt: false,
  notBefore: 0,
  reason: 'another event is adding this very agent',
};

interface JoinParts {
  readonly ledger: Ledger;
  readonly netsapiens: NetSapiens;
  readonly members: Members;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * @param delivery the SQS message id
 * @param until milliseconds since 1970, when this attempt is surely over
 * @throws LedgerUnavailable
 */
export const joinOnce = async (
  parts: JoinParts,
  event: QueuedEvent,
  request: Request,
  delivery: string,
  until: number,
): Promise<Step> => {
  const { ledger, members, now } = parts;
  const { rule, queue, body } = request;
  const about = { rule, queue, agent: body['callqueue-agent-id'] };
  const join: Join = { event, ...about };

  const claim = await ledger.claim(join, delivery, until);
  if (claim.kind === 'done') return { outcome: claim.sameDelivery ? claim.done : duplicateOf(claim) };
  if (claim.kind === 'in-progress') {
    const reason = 'another attempt at this event is under way, or died';
    return {
      outcome: { outcome: 'retrying', owner: 'configuration', ...about, code: 'attempt-in-progress', reason },
      again: { fault: 'own', notBefore: Math.ceil((claim.until - now()) / 1000), attempts: 1 },
    };
  }

  const result = await members.inTurn(queue, about.agent.toLowerCase(), () =>
    addOnce(parts, request, delivery, until, claim.inDoubt),
  );
  const { code, reason } = result;
  switch (result.kind) {
    case 'there': {
      const done: Joined = { outcome: result.outcome, ...about, code, reason };
      await ledger.complete(join, done);
      return { outcome: done };
    }
    case 'refused':
      await ledger.release(join, false, 0);
      return { outcome: { outcome: 'parked', owner: result.owner, ...about, code, reason } };
    case 'try-again': {
      // A fault of our own in between costs an event nothing of its patience for NetSapiens.
      const since = result.fault === 'own' ? 0 : claim.troubledSince || now();
      await ledger.release(join, result.inDoubt || claim.inDoubt, since);
      const { fault, notBefore } = result;
      return {
        outcome: { outcome: 'retrying', owner: result.owner, ...about, code, reason },
        again: { fault, notBefore, attempts: claim.attempts, ...(since > 0 && { since }) },
      };
    }
  }
};

const duplicateOf = ({ done, sameContent }: Extract<Claim, { kind: 'done' }>): Outcome => ({
  ...done,
  outcome: 'duplicate',
  code: sameContent ? 'delivered-before' : 'delivered-before-with-other-content',
  reason: sameContent
    ? `this event was delivered before, and was ${done.outcome}`
    : `an event of this id, but of other content, was delivered before, and was ${done.outcome}`,
});

/** Reads the queue's agents; whoever is missing is added, by one event at a time. */
const addOnce = async (
  parts: JoinParts,
  request: Request,
  delivery: string,
  until: number,
  inDoubt: boolean,
): Promise<Result> => {
  const { ledger, members } = parts;
  const { queue, body } = request;
  const agent = body['callqueue-agent-id'].toLowerCase();
  const read = await members.read(queue);
  if (read.kind === 'refused' || read.kind === 'try-again') return read;
  // In doubt, the lease tells whether it was this delivery that added the agent.
  if (isMember(read, agent) && !inDoubt) return MEMBER;

  const lease = await ledger.lease({ queue, agent }, delivery, until);
  if (!lease.granted) return OTHERS_TURN;
  const before = lease.readAgain ? await members.readAfresh(queue) : read;
  const result = isMember(before, agent)
    ? lease.oursBefore
      ? FOUND
      : MEMBER
    : await addLeased(parts, request, before);
  const written = result === ADDED || (result.kind === 'try-again' && result.inDoubt);
  await ledger.endLease({ queue, agent }, written);
  return result;
};

const addLeased = async (
  { netsapiens, members }: JoinParts,
  { queue, body }: Request,
  before: ReadVerdict,
): Promise<Result> => {
  const agent = body['callqueue-agent-id'].toLowerCase();
  if (before.kind === 'refused' || before.kind === 'try-again') return before;

  const verdict = await netsapiens.addAgent(queue, body);
  switch (verdict.kind) {
    case 'added':
      // The next of this batch that asks for this queue has to see it.
      members.added(queue, agent);
      return ADDED;
    case 'refused':
    case 'try-again':
      return verdict;
    case 'look-again': {
      const after = await members.readAfresh(queue);
      if (isMember(after, agent)) return verdict.present === 'added' ? ADDED : REFUSED_AS_MEMBER;
      if (after.kind === 'try-again') return { ...after, inDoubt: true };
      // The queue is there, so what was not found is the person.
      const personMissing = verdict.absent.code === 'not-found' && before.kind === 'agents';
      return personMissing ? { ...verdict.absent, owner: 'event' } : verdict.absent;
    }
  }
};
