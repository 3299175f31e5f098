/** What a rule that wants an event asks for: checked, so that nothing is sent that cannot be right. Pure. */
import type * as z from 'zod';
import type { FindBy } from '../netsapiens/directory.ts';
import { addAgentBodySchema, agentDomain, callqueueSchema } from '../netsapiens/request.ts';
import type { AddAgentBody } from '../netsapiens/request.ts';
import type { Owner, Reason } from '../outcome.ts';
import { hourOfDay } from './calendar.ts';

/** Who joins: an agent id, or what to look for among the domain's users. */
export type Who = { readonly agent: string } | { readonly find: FindBy; readonly as: 'user' | 'device' };

/** A request for one queue, ready to send once the person is found and the day has come. */
export interface Request {
  readonly rule: string;
  readonly queue: string;
  readonly who: Who;
  /** The body of the call, but for the agent's id. */
  readonly body: Omit<AddAgentBody, 'callqueue-agent-id'>;
  /** Seconds that a person or a queue that is not there yet is waited for. */
  readonly waitFor: number;
  /** The day that the rule's `on` names. */
  readonly on?: Day;
  /** The rule has a `cancelWhen`. */
  readonly cancellable: boolean;
}

export interface Day {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** In words, as `2026-12-01 at 7:00, Europe/London`. */
  readonly text: string;
}

/** What keeps a rule from making its request of this event. */
export interface Obstacle {
  readonly rule: string;
  readonly queue?: string;
  readonly code: Reason;
  readonly owner: Owner;
  readonly reason: string;
}

/** A rule that wants an event, and what its expressions came to, unchecked. */
export interface Asked {
  readonly rule: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly find:
    | { readonly by: 'email' | 'extension' | 'name'; readonly value: unknown; readonly as: 'user' | 'device' }
    | undefined;
  readonly on: { readonly date: unknown; readonly hour: number; readonly timeZone: string } | undefined;
  readonly waitFor: number;
  readonly cancellable: boolean;
}

/** What came of an expression does not fit. */
class Unfit extends Error {
  readonly code: Reason;

  constructor(code: Reason, message: string) {
    super(message);
    this.code = code;
  }
}

/** @param queue what the rule's expression came to, unchecked */
export const requestOf = (asked: Asked, queue: unknown, domain: string): Request | Obstacle => {
  const path = callqueueSchema.safeParse(typeof queue === 'number' ? String(queue) : queue);
  const { rule, find, on, waitFor, cancellable } = asked;
  try {
    if (!path.success)
      throw new Unfit('queue-invalid', `the queue came to ${describe(queue)}: ${firstMessage(path.error)}`);
    const { agent, body } = bodyOf(asked, path.data, domain);
    return {
      rule,
      queue: path.data,
      who: find ? { find: soughtBy(find), as: find.as } : { agent },
      body,
      waitFor,
      ...(on && { on: dayOf(on) }),
      cancellable,
    };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return {
      rule,
      ...(path.success && { queue: path.data }),
      code: error.code,
      owner: 'event',
      reason: `rule "${rule}": ${error.message}`,
    };
  }
};

const AGENT_ID = 'callqueue-agent-id';
const AVAILABILITY = 'callqueue-agent-availability-type';
const withoutAgent = addAgentBodySchema.partial({ [AGENT_ID]: true });

const bodyOf = (
  { fields, find }: Asked,
  queue: string,
  domain: string,
): { readonly agent: string; readonly body: Request['body'] } => {
  const unfit = (reason: string): Unfit => new Unfit('agent-invalid', reason);
  const parsed = (find ? withoutAgent : addAgentBodySchema).safeParse(fields);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'agent');
    throw unfit(`${field} came to ${describe(fields[field])}: ${firstMessage(parsed.error)}`);
  }
  const { [AGENT_ID]: agent = '', ...body } = parsed.data;
  if (body[AVAILABILITY] === undefined)
    throw unfit(`${AVAILABILITY} came to nothing: it decides whether the phone rings today`);
  const { domain: repeatedDomain = domain, callqueue = queue } = body;
  if (repeatedDomain !== domain)
    throw unfit(`domain came to "${repeatedDomain}": it repeats the path, "${domain}"`);
  if (callqueue !== queue) throw unfit(`callqueue came to "${callqueue}": it repeats the path, "${queue}"`);
  if (!find && domain !== '~' && agentDomain(agent)?.toLowerCase() !== domain.toLowerCase())
    throw unfit(`${AGENT_ID} came to "${agent}": its domain must be ${domain}`);
  return { agent, body };
};

const soughtBy = ({ by, value }: NonNullable<Asked['find']>): FindBy => {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.trim() === '')
    throw new Unfit('agent-invalid', `find.${by} came to ${describe(value)}: nobody can be found by that`);
  switch (by) {
    case 'email':
      return { email: text };
    case 'extension':
      return { extension: text };
    case 'name':
      return { name: text };
  }
};

const dayOf = ({ date, hour, timeZone }: NonNullable<Asked['on']>): Day => {
  const at = typeof date === 'string' ? hourOfDay(date, hour, timeZone) : undefined;
  if (at === undefined || typeof date !== 'string')
    throw new Unfit('day-invalid', `\`on\` came to ${describe(date)}: it must be a date as "2026-12-01"`);
  return { at, text: `${date.slice(0, 10)} at ${hour}:00, ${timeZone}` };
};

const firstMessage = (error: z.ZodError): string => error.issues[0]?.message ?? 'is not valid';

/** A value as a sentence can hold it. */
export const describe = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 100)}...` : json;
};
