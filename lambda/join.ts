/** One join: a person, a queue, once. From the claim in the ledger to NetSapiens' answer. */
import type { Claim, Join, Ledger } from './aws/ledger.ts';
import { SETTLING_SECONDS } from './backoff.ts';
import { fingerprint } from './event.ts';
import type { QueuedEvent } from './event.ts';
import type { NetSapiens } from './netsapiens/client.ts';
import type { ReadVerdict, Refused, TryAgain } from './netsapiens/answer.ts';
import { otherForms } from './netsapiens/forms.ts';
import type { Joined, Outcome } from './outcome.ts';
import type { AddAgentBody } from './netsapiens/request.ts';

/** An agent for a call queue: who and where are known. */
export interface Addition {
  readonly rule: string;
  readonly queue: string;
  /** The queue's name. */
  readonly description: string;
  readonly body: AddAgentBody;
}

/** What became of a join in one attempt; `again` where it has not ended. */
export interface Step {
  readonly outcome: Outcome;
  readonly again?: Again;
}

export type Again =
  | {
      readonly fault: 'transient' | 'own';
      /** Seconds. */
      readonly notBefore: number;
    }
  /** The person is not there yet. */
  | { readonly fault: 'absent' }
  /** It is to be done then, milliseconds since 1970. */
  | { readonly fault: 'none'; readonly at: number };

type About = Partial<Pick<Joined, 'rule' | 'queue' | 'description' | 'agent'>>;

/** What a verdict of NetSapiens makes of a request that it did not carry out. */
export const failed = (about: About, verdict: Refused | TryAgain): Step => {
  const { owner, code, reason } = verdict;
  if (verdict.kind === 'refused') return { outcome: { outcome: 'parked', owner, ...about, code, reason } };
  const { fault, notBefore } = verdict;
  return { outcome: { outcome: 'retrying', owner, ...about, code, reason }, again: { fault, notBefore } };
};

/** The agents of the queues as one batch sees them: read once for a queue, and kept up with what the batch adds. */
export interface Members {
  read(queue: string, tag: string): Promise<ReadVerdict>;
  readAfresh(queue: string, tag: string): Promise<ReadVerdict>;
  /** Takes note of an agent that was just added. */
  added(queue: string, agent: string): void;
  /** One after the other for the same agent of the same queue, so that the second sees what the first did. */
  inTurn<T>(queue: string, agent: string, work: () => Promise<T>): Promise<T>;
}

const NOBODY = Promise.resolve<ReadVerdict>({ kind: 'none' });

const withAgent = (agents: ReadVerdict, agent: string): ReadVerdict => {
  // A reading that failed says of nobody that they are not there.
  if (agents.kind === 'refused' || agents.kind === 'try-again') return agents;
  if (agents.kind === 'none') return { kind: 'agents', ids: new Set([agent]) };
  agents.ids.add(agent);
  return agents;
};

export const createMembers = (netsapiens: Pick<NetSapiens, 'readAgents'>): Members => {
  const known = new Map<string, Promise<ReadVerdict>>();
  const turns = new Map<string, Promise<unknown>>();
  const readAfresh = (queue: string, tag: string): Promise<ReadVerdict> => {
    const reading = netsapiens.readAgents(queue, tag);
    known.set(queue, reading);
    return reading;
  };
  return {
    read: (queue, tag) => known.get(queue) ?? readAfresh(queue, tag),
    readAfresh,
    added: (queue, agent) => {
      known.set(
        queue,
        (known.get(queue) ?? NOBODY).then((agents) => withAgent(agents, agent)),
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
type Result = (There & { readonly others?: readonly string[] }) | Refused | TryAgain;

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
  /** Of the server's on-demand log. */
  readonly tag: string;
}

/**
 * @param delivery the SQS message id
 * @param until milliseconds since 1970, when this attempt is surely over
 * @throws LedgerUnavailable
 */
export const joinOnce = async (
  parts: JoinParts,
  event: QueuedEvent,
  addition: Addition,
  delivery: string,
  until: number,
): Promise<Step> => {
  const { ledger, members, now } = parts;
  const { rule, queue, description, body } = addition;
  const about = { rule, queue, description, agent: body['callqueue-agent-id'] };
  const join: Join = { event, content: fingerprint(event), ...about };

  const claim = await ledger.claim(join, delivery, until);
  if (claim.kind === 'done')
    return { outcome: { ...(claim.sameDelivery ? claim.done : duplicateOf(claim)), description } };
  if (claim.kind === 'in-progress') {
    const reason = 'another attempt at this event is under way, or died';
    return {
      outcome: { outcome: 'retrying', owner: 'configuration', ...about, code: 'attempt-in-progress', reason },
      again: { fault: 'own', notBefore: Math.ceil((claim.until - now()) / 1000) },
    };
  }

  const result = await members.inTurn(queue, about.agent.toLowerCase(), () =>
    addOnce(parts, addition, delivery, until, claim.inDoubt),
  );
  const { code, reason } = result;
  switch (result.kind) {
    case 'there': {
      const { outcome, others = [] } = result;
      const warning = `${others.join(', ')} is on the queue too, the same person in the other form: calls may ring twice`;
      const done: Joined = { outcome, ...about, code, reason, ...(others.length > 0 && { warning }) };
      await ledger.complete(join, delivery, done);
      return { outcome: done };
    }
    case 'refused':
      await ledger.release(join, delivery, false);
      return code === 'person-not-found'
        ? {
            outcome: { outcome: 'retrying', owner: result.owner, ...about, code, reason },
            again: { fault: 'absent' },
          }
        : failed(about, result);
    case 'try-again':
      await ledger.release(join, delivery, result.inDoubt || claim.inDoubt);
      return failed(about, result);
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
  addition: Addition,
  delivery: string,
  until: number,
  inDoubt: boolean,
): Promise<Result> => {
  const { ledger, members, tag } = parts;
  const { queue, body } = addition;
  const agent = body['callqueue-agent-id'].toLowerCase();
  const read = await members.read(queue, tag);
  if (read.kind === 'refused' || read.kind === 'try-again') return read;
  const owner = `${delivery}#${addition.rule}`;
  if (isMember(read, agent)) {
    // In doubt, the lease tells whether it was this delivery that added the agent.
    const ours = inDoubt && (await ledger.hasLeased({ queue, agent }, owner));
    return { ...(ours ? FOUND : MEMBER), others: otherForms(read, agent) };
  }

  const lease = await ledger.lease({ queue, agent }, owner, until);
  if (!lease.granted) return OTHERS_TURN;
  const before = lease.readAgain ? await members.readAfresh(queue, tag) : read;
  const result =
    before.kind === 'refused' || before.kind === 'try-again'
      ? before
      : isMember(before, agent)
        ? lease.oursBefore
          ? FOUND
          : MEMBER
        : await addLeased(parts, addition);
  const mayHaveWritten = result === ADDED || (result.kind === 'try-again' && result.inDoubt);
  if (!mayHaveWritten) await ledger.endLease({ queue, agent }, owner);
  return result.kind === 'there' ? { ...result, others: otherForms(before, agent) } : result;
};

const addLeased = async (
  { netsapiens, members, tag }: JoinParts,
  { queue, body }: Addition,
): Promise<Result> => {
  const agent = body['callqueue-agent-id'].toLowerCase();
  const verdict = await netsapiens.addAgent(queue, body, tag);
  switch (verdict.kind) {
    case 'added':
      // The next of this batch that asks for this queue has to see it.
      members.added(queue, agent);
      return ADDED;
    case 'refused':
    case 'try-again':
      return verdict;
    case 'look-again': {
      const after = await members.readAfresh(queue, tag);
      if (isMember(after, agent)) return verdict.present === 'added' ? ADDED : REFUSED_AS_MEMBER;
      return after.kind === 'try-again'
        ? { ...after, inDoubt: true, notBefore: Math.max(after.notBefore, SETTLING_SECONDS) }
        : verdict.absent;
    }
  }
};
