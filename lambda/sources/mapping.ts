/** The operator's own reading of a payload, over the preset's. Loads JSONata, so only sources with a mapping load it. */
import * as z from 'zod';
import type { Mapping } from '../configuration.ts';
import { compile, ExpressionError, isExpression } from '../expression.ts';
import type { Expression } from '../expression.ts';
import { personWords, problemsOf, ticketWords, worded } from './preset.ts';
import type { Draft } from './preset.ts';
import { rfc3339 } from './time.ts';

const eventWords = z.preprocess(
  worded,
  z.object({
    id: z.string().optional(),
    type: z.string().optional(),
    subject: z.string().optional(),
    time: z
      .string()
      .refine((text) => rfc3339(text) !== undefined, {
        error: 'must be a time as 2026-01-31T18:42:00Z ($fromMillis makes one of a number)',
      })
      .optional(),
  }),
);

/**
 * A field that is mapped is what its expression yields: for `person` and `ticket`, nothing where that is nothing, so
 * that the operator's word is never mixed up with another field of the sender; for the event's own `id`, `type`,
 * `subject` and `time`, which every event has, then the preset's.
 */
export const applyMapping = async (
  mapping: Mapping,
  context: Readonly<Record<string, unknown>>,
  draft: Draft,
): Promise<Draft> => {
  const problems: string[] = [];
  const results = async (part: keyof Mapping): Promise<Record<string, unknown>> => {
    const entries = Object.entries(mapping[part] ?? {}).map(
      async ([field, template]): Promise<[string, unknown]> => {
        try {
          const result = isExpression(template) ? await compiled(template)(context) : template;
          // JSONata's list of one is its only item.
          return [field, field === 'changedFields' && typeof result === 'string' ? [result] : result];
        } catch (error) {
          if (!(error instanceof ExpressionError)) throw error;
          // Its message may hold values; the payload beside it shows them anyway.
          problems.push(`${part}.${field}: the expression fails on this payload`);
          return [field, undefined];
        }
      },
    );
    return Object.fromEntries<unknown>(await Promise.all(entries));
  };
  const fit = <Words>(part: keyof Mapping, schema: z.ZodType<Words>, value: unknown): Words | undefined => {
    const words = schema.safeParse(value);
    if (words.error) problems.push(problemsOf(words.error, [part]));
    return words.data;
  };

  const event = fit('event', eventWords, await results('event'));
  const person = fit('person', personWords, { ...draft.person, ...(await results('person')) });
  const ticket = fit('ticket', ticketWords, { ...draft.ticket, ...(await results('ticket')) });
  return problems.length > 0
    ? {
        id: draft.id,
        subject: draft.subject,
        time: draft.time,
        payload: draft.payload,
        unrecognized: problems.join('; '),
      }
    : { ...draft, ...event, person, ticket };
};

const cache = new Map<string, Expression>();

/** As many entries as onqueue.yaml has expressions. */
const compiled = (text: string): Expression => {
  const expression = cache.get(text) ?? compile(text);
  cache.set(text, expression);
  return expression;
};
