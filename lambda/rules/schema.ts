/** A rule of onqueue.yaml as a schema: who joins which queues, whom to look for, and when. */
import * as z from 'zod';
import { isExpression } from '../expression.ts';
import { addAgentBodySchema, agentDomain, callqueueSchema } from '../netsapiens/request.ts';
import { expression, template } from '../template.ts';
import { isTimeZone, spanSeconds } from './calendar.ts';
import { EVENT_WORDS, unknownWord } from './vocabulary.ts';

/** A field takes its own literal, or an expression whose result is checked by the same schema at run time. */
const given = (schema: z.ZodType) =>
  z
    .unknown()
    .check(({ value, issues }) => {
      if (value === undefined) return;
      const result = isExpression(value) ? expression.safeParse(value) : schema.safeParse(value);
      for (const issue of result.error?.issues ?? [])
        issues.push({
          code: 'custom',
          input: value,
          message: `${issue.message} (or an expression: "{% ... %}")`,
        });
    })
    .optional();

const { shape } = addAgentBodySchema;
const agentFields = {
  synchronous: given(shape.synchronous),
  'callqueue-agent-id': given(shape['callqueue-agent-id']),
  callqueue: given(shape.callqueue),
  domain: given(shape.domain),
  'callqueue-agent-availability-type': given(shape['callqueue-agent-availability-type']),
  'callqueue-agent-wrap-up-allowance-seconds': given(shape['callqueue-agent-wrap-up-allowance-seconds']),
  'auto-answer-enabled': given(shape['auto-answer-enabled']),
  'callqueue-agent-dispatch-order-ordinal': given(shape['callqueue-agent-dispatch-order-ordinal']),
  'callqueue-agent-dispatch-queue-priority-ordinal': given(
    shape['callqueue-agent-dispatch-queue-priority-ordinal'],
  ),
  'limits-max-active-calls-total': given(shape['limits-max-active-calls-total']),
  'callqueue-agent-answer-confirmation-enabled': given(shape['callqueue-agent-answer-confirmation-enabled']),
  'callqueue-agent-availability-for-dispatch': given(shape['callqueue-agent-availability-for-dispatch']),
  'callqueue-agent-max-concurrent-sms-conversations': given(
    shape['callqueue-agent-max-concurrent-sms-conversations'],
  ),
} satisfies Record<keyof typeof shape, unknown>;

const FIND = 'must have exactly one of email, extension and name, as { email: "{% person.email %}" }';

/** Whom to look for among the domain's users: by one of these. */
const findSchema = z
  .strictObject(
    { email: template, extension: template, name: template },
    { error: ({ code }) => (code === 'invalid_type' ? FIND : undefined) },
  )
  .partial()
  .refine((value) => Object.keys(value).length === 1, { error: FIND });

const AGENT_ID = 'callqueue-agent-id';

const agentSchema = z
  .strictObject({
    ...agentFields,
    find: findSchema.optional(),
    /** What joins: the user, who rings as the answer rules say (default), or the one device that the user has. */
    as: z.enum(['user', 'device'], { error: 'must be user or device' }).optional(),
  })
  .check(({ value, issues }) => {
    const problem = (message: string) => issues.push({ code: 'custom', input: value, message });
    if (value[AGENT_ID] === undefined && value.find === undefined)
      problem(
        `${AGENT_ID} or find is missing: as "{% person.extension & '@acme.example' %}", or { email: "{% person.email %}" }`,
      );
    if (value[AGENT_ID] !== undefined && value.find !== undefined)
      problem(`${AGENT_ID} says who joins, and find does too: only one of them can`);
    if (value.as !== undefined && value.find === undefined)
      problem(`as goes with find: ${AGENT_ID} says by itself whether it is a user or a device`);
    if (value['callqueue-agent-availability-type'] === undefined)
      problem(
        'callqueue-agent-availability-type is missing: it decides whether the phone rings today: automatic (logged in at once) or manual (logged out), disabled, offnet-automatic',
      );
  });

const HOUR = { error: 'must be a full hour, 0 to 23' };
const hour = z.int(HOUR).min(0, HOUR).max(23, HOUR);
const TIME_ZONE = { error: 'must be a time zone of the IANA list, as Europe/London, or UTC' };
const timeZone = z.string(TIME_ZONE).refine(isTimeZone, TIME_ZONE);

/** When the day of a rule's `on` begins, where the rule does not say so itself. */
export const onTheDaySchema = z.strictObject({ hour: hour.optional(), timeZone });

const LONGEST_WAIT = '90 days';
const wait = z
  .string({ error: 'must be a time as "7 days" or "12 hours"' })
  .refine((value) => spanSeconds(value) !== undefined, {
    error: 'must be a time as "7 days" or "12 hours"',
  })
  .refine((value) => (spanSeconds(value) ?? 0) <= (spanSeconds(LONGEST_WAIT) ?? 0), {
    error: `must be ${LONGEST_WAIT} at the most`,
  });

export const ruleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  from: z.array(z.string()).min(1, { error: 'must name at least one source' }),
  /** Must come to true or false; left out: every event of the sources. */
  when: expression.optional(),
  queues: z
    .array(
      z
        .string({ error: 'must be text in quotes, as "3000": leading zeros count' })
        .check(({ value, issues }) => {
          const result = isExpression(value) ? expression.safeParse(value) : callqueueSchema.safeParse(value);
          for (const { message } of result.error?.issues ?? [])
            issues.push({
              code: 'custom',
              input: value,
              message: `${message} (or an expression: "{% ... %}")`,
            });
        }),
    )
    .min(1, { error: 'must name at least one call queue' }),
  agent: agentSchema,
  /** How long a person or a queue that is not there yet is waited for; default 7 days. */
  waitFor: wait.optional(),
  /** The day of the join, at the hour and in the time zone of `onTheDay`, or of its own. */
  on: z
    .union(
      [
        expression,
        z.strictObject({ date: expression, hour: hour.optional(), timeZone: timeZone.optional() }),
      ],
      {
        error: ({ input }) =>
          (isExpression(input) && expression.safeParse(input).error?.issues[0]?.message) ||
          'must be an expression, as "{% person.startDate %}", or { date: ..., hour: ..., timeZone: ... }',
      },
    )
    .optional(),
  /** An event of the same subject for which this is true cancels what the rule still waits to do. */
  cancelWhen: expression.optional(),
});
export type Rule = z.infer<typeof ruleSchema>;

/** The expressions of a rule that see the event, and where they stand. */
const expressionsOf = ({
  when,
  cancelWhen,
  on,
  queues,
  agent,
}: Rule): [path: PropertyKey[], text: unknown][] => [
  [['when'], when],
  [['cancelWhen'], cancelWhen],
  typeof on === 'object' ? [['on', 'date'], on.date] : [['on'], on],
  ...queues.map((queue, q): [PropertyKey[], unknown] => [['queues', q], queue]),
  ...Object.entries(agent.find ?? {}).map(([by, text]): [PropertyKey[], unknown] => [
    ['agent', 'find', by],
    text,
  ]),
  ...Object.entries(agent).map(([field, given]): [PropertyKey[], unknown] => [['agent', field], given]),
];

/** What is wrong with a rule in its surroundings: words that no event has, and a domain or a queue that it contradicts. */
export const problemsOfRule = (
  rule: Rule,
  { domain, timeZone: zone }: { readonly domain: string; readonly timeZone: string | undefined },
): { readonly path: PropertyKey[]; readonly message: string }[] => {
  const problems: { path: PropertyKey[]; message: string }[] = [];
  for (const [path, text] of expressionsOf(rule)) {
    const message = isExpression(text) ? unknownWord(text, EVENT_WORDS) : undefined;
    if (message) problems.push({ path, message });
  }
  const { on, queues, agent } = rule;
  if (on !== undefined && zone === undefined && !(typeof on === 'object' && on.timeZone))
    problems.push({
      path: ['on'],
      message:
        'needs a time zone: write onTheDay: { timeZone: Europe/London } at the top, or a timeZone beside the date',
    });
  const literal = (
    field: keyof typeof agentFields,
    contradicts: (given: string) => boolean,
    message: string,
  ): void => {
    const given = agent[field];
    if (typeof given === 'string' && !isExpression(given) && contradicts(given))
      problems.push({ path: ['agent', field], message });
  };
  literal(
    'domain',
    (given) => given !== domain,
    `repeats the path and must be ${domain}, as under netsapiens: (or left out)`,
  );
  literal(
    'callqueue',
    (given) => queues.some((queue) => queue !== given),
    "repeats the path and must be the rule's one queue (or left out)",
  );
  literal(
    AGENT_ID,
    (given) => domain !== '~' && agentDomain(given)?.toLowerCase() !== domain.toLowerCase(),
    `must be of the domain ${domain}, as under netsapiens:`,
  );
  return problems;
};
