/** The operator's rules at run time: who wants an event, and what request it makes of it. */
import type * as z from 'zod';
import type { Configuration, Rule } from '../configuration.ts';
import type { QueuedEvent } from '../event.ts';
import { compile, ExpressionError, isExpression } from '../expression.ts';
import type { Expression } from '../expression.ts';
import { addAgentBodySchema, agentDomain, callqueueSchema } from '../netsapiens/request.ts';
import type { AddAgentBody } from '../netsapiens/request.ts';
import type { Owner, Reason } from '../outcome.ts';

/** A request for one queue, ready to send. */
export interface Request {
  readonly rule: string;
  readonly queue: string;
  readonly body: AddAgentBody;
}

/** What keeps a rule from making its request of this event. */
export interface Obstacle {
  readonly rule: string;
  readonly queue?: string;
  readonly code: Reason;
  readonly owner: Owner;
  readonly reason: string;
}

/** What the rules make of an event. Where both lists are empty, nobody wants it, and `declined` says why. */
export interface Reading {
  readonly requests: readonly Request[];
  readonly obstacles: readonly Obstacle[];
  /** A sentence for each rule that does not want it. */
  readonly declined: readonly string[];
}

export type ReadRules = (event: QueuedEvent) => Promise<Reading>;

type Value = (context: Context) => Promise<unknown>;
type Context = Readonly<Record<string, unknown>>;

interface CompiledRule {
  readonly name: string;
  readonly when?: Expression;
  readonly queues: readonly Value[];
  readonly agent: readonly (readonly [field: string, value: Value])[];
}

const valueOf = (given: unknown): Value =>
  isExpression(given) ? compile(given) : () => Promise.resolve(given);

const compileRule = ({ name, when, queues, agent }: Rule): CompiledRule => ({
  name,
  ...(when === undefined ? {} : { when: compile(when) }),
  queues: queues.map(valueOf),
  agent: Object.entries(agent).map(([field, given]) => [field, valueOf(given)]),
});

const contextOf = ({
  id,
  source,
  type,
  subject,
  time,
  data: { person, ticket, payload },
}: QueuedEvent): Context => ({
  id,
  source,
  type,
  subject,
  time,
  person,
  ticket,
  payload,
});

/** Compiles every expression once. The configuration was checked when the stack was synthesised. */
export const createRules = ({
  netsapiens,
  rules,
}: Pick<Configuration, 'netsapiens' | 'rules'>): ReadRules => {
  const bySource = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    const compiled = compileRule(rule);
    for (const source of new Set(rule.from))
      bySource.set(source, [...(bySource.get(source) ?? []), compiled]);
  }
  return async (event) => {
    const context = contextOf(event);
    const declined: string[] = [];
    const requests: Request[] = [];
    const obstacles: Obstacle[] = [];
    for (const rule of bySource.get(event.source) ?? []) {
      try {
        if (!(await wants(rule, context))) {
          declined.push(`"${rule.name}": its \`when\` is false`);
          continue;
        }
        for (const queue of await queuesOf(rule, context)) {
          const made = await requestOf(rule, queue, context, netsapiens.domain);
          if ('body' in made) requests.push(made);
          else obstacles.push(made);
        }
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error;
        obstacles.push({
          rule: rule.name,
          code: 'expression-failed',
          owner: 'configuration',
          reason: `rule "${rule.name}": ${error.message}`,
        });
      }
    }
    if (!bySource.has(event.source)) declined.push(`no rule is \`from\` ${event.source}`);
    return { requests: distinct(requests), obstacles, declined };
  };
};

const wants = async ({ when }: CompiledRule, context: Context): Promise<boolean> => {
  if (!when) return true;
  const result = await when(context);
  // What compares with a field that is not there comes to nothing: that is a no.
  if (typeof result === 'boolean' || result === undefined) return result === true;
  throw new ExpressionError(`\`when\` came to ${describe(result)}: it must come to true or false`);
};

/** An expression may give one queue, or several. */
const queuesOf = async ({ queues }: CompiledRule, context: Context): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (const queue of queues) {
    const value = await queue(context);
    const several: unknown[] = Array.isArray(value) ? value : [value];
    found.push(...several);
  }
  return found;
};

const requestOf = async (
  rule: CompiledRule,
  queue: unknown,
  context: Context,
  domain: string,
): Promise<Request | Obstacle> => {
  const path = callqueueSchema.safeParse(typeof queue === 'number' ? String(queue) : queue);
  if (!path.success)
    return {
      rule: rule.name,
      code: 'queue-invalid',
      owner: 'event',
      reason: `rule "${rule.name}": the queue came to ${describe(queue)}: ${firstMessage(path.error)}`,
    };
  const fields: Record<string, unknown> = {};
  for (const [field, value] of rule.agent) {
    const result = await value(context);
    // A field that is not there and null are the same to JSONata's users: not sent.
    if (result !== undefined && result !== null) fields[field] = result;
  }
  const obstacle = (reason: string): Obstacle => ({
    rule: rule.name,
    queue: path.data,
    code: 'agent-invalid',
    owner: 'event',
    reason: `rule "${rule.name}": ${reason}`,
  });
  const body = addAgentBodySchema.safeParse(fields);
  if (!body.success) {
    const field = String(body.error.issues[0]?.path[0] ?? 'agent');
    return obstacle(`${field} came to ${describe(fields[field])}: ${firstMessage(body.error)}`);
  }
  const missing = rule.agent.find(
    ([field]) => field === 'callqueue-agent-availability-type' && !(field in fields),
  );
  if (missing) return obstacle(`${missing[0]} came to nothing: it decides whether the phone rings today`);
  const { domain: repeatedDomain = domain, callqueue = path.data } = body.data;
  if (repeatedDomain !== domain)
    return obstacle(`domain came to "${repeatedDomain}": it repeats the path, "${domain}"`);
  if (callqueue !== path.data)
    return obstacle(`callqueue came to "${callqueue}": it repeats the path, "${path.data}"`);
  const agent = body.data['callqueue-agent-id'];
  if (domain !== '~' && agentDomain(agent)?.toLowerCase() !== domain.toLowerCase())
    return obstacle(`callqueue-agent-id came to "${agent}": its domain must be ${domain}`);
  return { rule: rule.name, queue: path.data, body: body.data };
};

const firstMessage = (error: z.ZodError): string => error.issues[0]?.message ?? 'is not valid';

const describe = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 100)}...` : json;
};

/** One rule that names a queue twice asks once. */
const distinct = (requests: readonly Request[]): Request[] => {
  const seen = new Set<string>();
  return requests.filter(({ rule, queue, body }) => {
    const key = JSON.stringify([rule, queue, body['callqueue-agent-id'].toLowerCase()]);
    return !seen.has(key) && seen.add(key);
  });
};
