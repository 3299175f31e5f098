/** The operator's rules at run time: who wants an event, and what request it makes of it. */
import type { Configuration, Rule } from '../configuration.ts';
import type { QueuedEvent } from '../event.ts';
import { compile, ExpressionError, isExpression } from '../expression.ts';
import type { Expression } from '../expression.ts';
import { spanSeconds } from './calendar.ts';
import { describe, requestOf } from './request.ts';
import type { Asked, Obstacle, Request } from './request.ts';

/** What the rules make of an event. Where both lists are empty, nobody wants it, and `declined` says why. */
export interface Reading {
  readonly requests: readonly Request[];
  readonly obstacles: readonly Obstacle[];
  /** A sentence for each rule that does not want it. */
  readonly declined: readonly string[];
  /** The rules for which it cancels what an earlier event of its subject asked for. */
  readonly cancels: readonly string[];
}

export type ReadRules = (event: QueuedEvent) => Promise<Reading>;

type Value = (context: Context) => Promise<unknown>;
type Context = Readonly<Record<string, unknown>>;

interface CompiledRule {
  readonly name: string;
  readonly when: Expression | undefined;
  readonly cancelWhen: Expression | undefined;
  readonly on: { readonly date: Expression; readonly hour: number; readonly timeZone: string } | undefined;
  readonly waitFor: number;
  readonly queues: readonly Value[];
  readonly find:
    { readonly by: keyof Find; readonly value: Value; readonly as: 'user' | 'device' } | undefined;
  readonly agent: readonly (readonly [field: string, value: Value])[];
}

type Find = NonNullable<Rule['agent']['find']>;

/** Where neither the rule nor the file says more. */
const DEFAULT_HOUR = 7;
const DEFAULT_WAIT = '7 days';

const valueOf = (given: unknown): Value =>
  isExpression(given) ? compile(given) : () => Promise.resolve(given);

const optional = (text: string | undefined): Expression | undefined =>
  text === undefined ? undefined : compile(text);

const compileRule = (rule: Rule, onTheDay: Configuration['onTheDay']): CompiledRule => {
  const { find, as = 'user', ...fields } = rule.agent;
  const on = typeof rule.on === 'string' ? { date: rule.on } : rule.on;
  return {
    name: rule.name,
    when: optional(rule.when),
    cancelWhen: optional(rule.cancelWhen),
    on: on && {
      date: compile(on.date),
      hour: on.hour ?? onTheDay?.hour ?? DEFAULT_HOUR,
      timeZone: on.timeZone ?? onTheDay?.timeZone ?? 'UTC',
    },
    waitFor: spanSeconds(rule.waitFor ?? DEFAULT_WAIT) ?? 0,
    queues: rule.queues.map(valueOf),
    find: find && compileFind(find, as),
    agent: Object.entries(fields).map(([field, given]) => [field, valueOf(given)]),
  };
};

const compileFind = (find: Find, as: 'user' | 'device'): CompiledRule['find'] => {
  for (const by of ['email', 'extension', 'name'] as const)
    if (find[by] !== undefined) return { by, value: valueOf(find[by]), as };
  return undefined;
};

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

export type RulesConfiguration = Pick<Configuration, 'netsapiens' | 'rules'> &
  Partial<Pick<Configuration, 'onTheDay'>>;

/** Compiles every expression once. The configuration was checked when the stack was synthesised. */
export const createRules = ({ netsapiens, rules, onTheDay }: RulesConfiguration): ReadRules => {
  const bySource = new Map<string, CompiledRule[]>();
  for (const rule of rules) {
    const compiled = compileRule(rule, onTheDay);
    for (const source of new Set(rule.from))
      bySource.set(source, [...(bySource.get(source) ?? []), compiled]);
  }
  return async (event) => {
    const context = contextOf(event);
    const declined: string[] = [];
    const requests: Request[] = [];
    const obstacles: Obstacle[] = [];
    const cancels: string[] = [];
    for (const rule of bySource.get(event.source) ?? []) {
      try {
        if (rule.cancelWhen && (await holds(rule.cancelWhen, 'cancelWhen', context))) {
          cancels.push(rule.name);
          declined.push(`"${rule.name}": its \`cancelWhen\` is true`);
          continue;
        }
        if (rule.when && !(await holds(rule.when, 'when', context))) {
          declined.push(`"${rule.name}": its \`when\` is false`);
          continue;
        }
        const asked = await evaluate(rule, context);
        for (const queue of await queuesOf(rule, context)) {
          const made = requestOf(asked, queue, netsapiens.domain);
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
    return { requests: distinct(requests), obstacles, declined, cancels };
  };
};

const holds = async (condition: Expression, name: string, context: Context): Promise<boolean> => {
  const result = await condition(context);
  // What compares with a field that is not there comes to nothing: that is a no.
  if (typeof result === 'boolean' || result === undefined) return result === true;
  throw new ExpressionError(`\`${name}\` came to ${describe(result)}: it must come to true or false`);
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

const evaluate = async (rule: CompiledRule, context: Context): Promise<Asked> => {
  const { name, agent, find, on, waitFor, cancelWhen } = rule;
  const fields: Record<string, unknown> = {};
  for (const [field, value] of agent) {
    const result = await value(context);
    // A field that is not there and null are the same to JSONata's users: not sent.
    if (result !== undefined && result !== null) fields[field] = result;
  }
  return {
    rule: name,
    fields,
    find: find && { ...find, value: await find.value(context) },
    on: on && { ...on, date: await on.date(context) },
    waitFor,
    cancellable: cancelWhen !== undefined,
  };
};

/** One rule that names a queue twice asks once. */
const distinct = (requests: readonly Request[]): Request[] => {
  const seen = new Set<string>();
  return requests.filter(({ rule, queue }) => {
    const key = JSON.stringify([rule, queue]);
    return !seen.has(key) && seen.add(key);
  });
};
