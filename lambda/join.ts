/** One join: a person, a queue, once. From the claim in the ledger to NetSapiens' answer. */
import type { Join, Ledger } from './aws/ledger.ts';
import type { QueuedEvent } from './event.ts';
import type { NetSapiens } from './netsapiens/client.ts';
import type { ReadVerdict, Refused, TryAgain } from './netsapiens/answer.ts';
import type { Joined, Outcome } from './outcome.ts';
import type { Request } from './rules/rule.ts';

/** What became of a join in one attempt; `again` where it has not ended. */
export interface Step {
  readonly outcome: Outcome;
  readonly again?: Pick<TryAgain, 'fault' | 'notBefore'> & { readonly attempts: number };
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

/**
 * @param until milliseconds since 1970, when this attempt is surely over
 * @param now milliseconds since 1970
 * @throws LedgerUnavailable
 */
export const joinOnce = async (
  {
    ledger,
    netsapiens,
    members,
  }: { readonly ledger: Ledger; readonly netsapiens: NetSapiens; readonly members: Members },
  event: QueuedEvent,
  request: Request,
  delivery: string,
  until: number,
  now: () => number,
): Promise<Step> => {
  const { rule, queue, body } = request;
  const agent = body['callqueue-agent-id'];
  const about = { rule, queue, agent };
  const join: Join = { event, ...about };

  const claim = await ledger.claim(join, delivery, until);
  if (claim.kind === 'done') {
    if (claim.sameDelivery) return { outcome: claim.done };
    return {
      outcome: {
        outcome: 'duplicate',
        ...about,
        code: claim.sameContent ? 'delivered-before' : 'delivered-before-with-other-content',
        reason: claim.sameContent
          ? `this event was delivered before, and was ${claim.done.outcome}`
          : `an event of this id, but of other content, was delivered before, and was ${claim.done.outcome}`,
      },
    };
  }
  if (claim.kind === 'in-progress') {
    const reason = 'another attempt at this event is under way, or died';
    return {
      outcome: { outcome: 'retrying', owner: 'netsapiens', ...about, code: 'attempt-in-progress', reason },
      again: { fault: 'transient', notBefore: Math.ceil((claim.until - now()) / 1000), attempts: 1 },
    };
  }

  const joined = async (outcome: Joined['outcome'], code: Joined['code'], reason: string): Promise<Step> => {
    const done: Joined = { outcome, ...about, code, reason };
    await ledger.complete(join, done);
    return { outcome: done };
  };
  const parked = async ({ code, owner, reason }: Refused): Promise<Step> => {
    await ledger.release(join, false);
    return { outcome: { outcome: 'parked', owner, ...about, code, reason } };
  };
  const retrying = async ({ code, owner, reason, fault, notBefore, inDoubt }: TryAgain): Promise<Step> => {
    await ledger.release(join, inDoubt || claim.inDoubt);
    return {
      outcome: { outcome: 'retrying', owner, ...about, code, reason },
      again: { fault, notBefore, attempts: claim.attempts },
    };
  };
  const refusedOrAgain = (verdict: Refused | TryAgain): Promise<Step> =>
    verdict.kind === 'refused' ? parked(verdict) : retrying(verdict);

  const member = agent.toLowerCase();
  return members.inTurn(queue, member, async () => {
    // Whoever died between the POST and the ledger left the agent there: that one was added, and by us.
    const before = await (claim.inDoubt ? members.readAfresh(queue) : members.read(queue));
    if (before.kind === 'refused' || before.kind === 'try-again') return refusedOrAgain(before);
    if (isMember(before, member))
      return claim.inDoubt
        ? joined('added', 'found-after-doubt', 'an earlier attempt had added the agent, its answer was lost')
        : joined(
            'already-member',
            'already-on-queue',
            'the agent was on the queue already; nothing was sent',
          );

    const verdict = await netsapiens.addAgent(queue, body);
    switch (verdict.kind) {
      case 'added':
        // The next of this batch that asks for this queue has to see it.
        members.added(queue, member);
        return joined('added', 'agent-added', 'NetSapiens added the agent');
      case 'refused':
      case 'try-again':
        return refusedOrAgain(verdict);
      case 'look-again': {
        const after = await members.readAfresh(queue);
        if (isMember(after, member))
          return verdict.present === 'added'
            ? joined('added', 'agent-added', 'NetSapiens added the agent')
            : joined(
                'already-member',
                'already-on-queue',
                'NetSapiens refused, as the agent was on the queue already',
              );
        if (after.kind === 'try-again') return retrying({ ...after, inDoubt: true });
        // The queue is there, so what was not found is the person.
        const personMissing = verdict.absent.code === 'not-found' && before.kind === 'agents';
        return refusedOrAgain(personMissing ? { ...verdict.absent, owner: 'event' } : verdict.absent);
      }
    }
  });
};
