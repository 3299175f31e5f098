/**
 * onqueue.yaml as a schema. It is checked when the stack is synthesised (infra/configuration.ts adds file, line and
 * column) and travels to the functions as data; at run time only the types of this file are used.
 */
import * as z from 'zod';
import { personSchema } from './event.ts';
import type { Ticket } from './event.ts';
import { isExpression } from './expression.ts';
import { DELIVER_CONTAINERS } from './names.ts';
import { domainSchema } from './netsapiens/request.ts';
import { onTheDaySchema, problemsOfRule, ruleSchema } from './rules/schema.ts';
import { ENVELOPE_WORDS, MAPPING_WORDS, unknownWord } from './rules/vocabulary.ts';
import { AUTH_TYPES, OPTION_TYPES, PLAIN_TYPES } from './sources/types.ts';
import { expression, template } from './template.ts';

export type { Rule } from './rules/schema.ts';

/** Every word of a ticket but `fields`, which is no text. */
const ticketTexts = {
  id: template,
  key: template,
  type: template,
  status: template,
  requesterEmail: template,
} satisfies Record<Exclude<keyof Ticket, 'fields'>, typeof template>;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/, { error: 'must be the name of an HTTP header' });

const timestampSchema = z.strictObject({
  /** The header that carries the time of signing. */
  header: headerName,
  /** Seconds or milliseconds since 1970, or ISO 8601. */
  unit: z.enum(['s', 'ms', 'iso']),
  /** Seconds that it may be off, into the past and into the future. */
  tolerance: z.int().min(1).max(3600).default(300),
});

/** An HMAC over the raw bytes, described by data: one verifier serves every sender. */
export const hmacSchema = z.strictObject({
  header: headerName,
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
  /** Stands before the signature, as `v1=`; left out: nothing does. */
  prefix: z.string().optional(),
  /** Separates several signatures in one header, any of which may match; left out: there is one. */
  list: z.string().min(1).optional(),
  /** What is signed: {body} {timestamp} {id} {method} {url}, anything else literal. */
  signed: z.string().default('{body}'),
  timestamp: timestampSchema.optional(),
  /** The header behind {id}. */
  id: headerName.optional(),
  /** How the key is written: as text, as base64, or as base64 after `whsec_`. */
  key: z.enum(['text', 'base64', 'whsec']).default('text'),
});
export type Hmac = z.infer<typeof hmacSchema>;

export const authSchema = z.union(
  [
    z.strictObject({ bearer: z.strictObject({}) }),
    z.strictObject({
      basic: z.strictObject({
        username: z
          .string()
          .min(1)
          .regex(/^[^:]*$/, { error: 'a Basic user name has no ":"' }),
      }),
    }),
    z.strictObject({ header: z.strictObject({ name: headerName }) }),
    /** For senders that can set nothing but the URL. A URL is written down in more places than a header is. */
    z.strictObject({
      query: z.strictObject({
        name: z.string().regex(/^[A-Za-z0-9._~-]{1,64}$/, {
          error: 'must be the name of a query parameter: 1 to 64 of A-Z, a-z, 0-9 and "._~-"',
        }),
      }),
    }),
    z.strictObject({
      hmac: hmacSchema.check(({ value, issues }) => {
        const wants = (path: 'signed' | 'timestamp' | 'id', message: string) =>
          issues.push({ code: 'custom', input: value, path: [path], message });
        const placeholders: string[] = value.signed.match(/\{[^{}]*\}/g) ?? [];
        for (const placeholder of placeholders)
          if (!['{body}', '{timestamp}', '{id}', '{method}', '{url}'].includes(placeholder))
            wants('signed', `${placeholder} is not known: {body}, {timestamp}, {id}, {method} and {url} are`);
        if (!placeholders.includes('{body}'))
          wants('signed', 'must contain {body}: else the body is not protected');
        if (placeholders.includes('{timestamp}') !== (value.timestamp !== undefined))
          wants(
            'timestamp',
            '{timestamp} in `signed` and `timestamp:` go together: a time that is not signed proves nothing',
          );
        if (placeholders.includes('{id}') !== (value.id !== undefined))
          wants(
            'id',
            '{id} in `signed` and `id:` (its header) go together: an id that is not signed can be exchanged',
          );
      }),
    }),
  ],
  {
    error:
      'must be one of: bearer: {} | basic: { username: ... } | header: { name: ... } | query: { name: ... } | hmac: { header: ..., ... }',
  },
);
export type Auth = z.infer<typeof authSchema>;

const mapped = <Key extends string>(keys: readonly Key[]) =>
  z.partialRecord(
    z.enum(keys, { error: (issue) => `${String(issue.input)} is not known: ${keys.join(', ')} are` }),
    template,
  );

/** How a payload that only its author knows becomes an event; given beside a preset, it goes over what that reads. */
const mapping = {
  event: z
    .strictObject({
      // A literal id would make every event after the first a duplicate, a literal time would be a lie.
      id: expression,
      type: template,
      subject: template,
      time: expression,
    })
    .partial()
    .optional(),
  person: mapped(personSchema.keyof().options).optional(),
  ticket: z
    .strictObject({ ...ticketTexts, fields: expression })
    .partial()
    .optional(),
};

const holdsNull = (value: unknown): boolean =>
  value === null || (typeof value === 'object' && Object.values(value).some(holdsNull));

/** EventBridge's own pattern language; EventBridge itself checks it further at deploy. */
const pattern = z
  .record(z.string(), z.unknown(), { error: 'must be an EventBridge pattern, as { source: [acme.hr] }' })
  .refine((value) => Object.keys(value).length > 0, {
    error: 'must not be empty: it would match every event on the bus',
  })
  .refine((value) => !holdsNull(value), {
    error:
      'must not hold null: CloudFormation takes none; match on what is there, with { exists: false } on what is not',
  });

const typeNames = [...PLAIN_TYPES, ...AUTH_TYPES, ...OPTION_TYPES, 'eventbridge'].sort().join(', ');

export const sourceSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.enum(PLAIN_TYPES), ...mapping }),
    z.strictObject({ type: z.enum(AUTH_TYPES), auth: authSchema, ...mapping }),
    z.strictObject({
      type: z.literal('front'),
      /** What calls the webhook: they sign in different ways, with keys that look alike. */
      kind: z.enum(['rule', 'application']),
      ...mapping,
    }),
    z.strictObject({
      type: z.literal('hubspot'),
      /** Of the signature, as the app's settings name it; v1 and v2 have no time, so that a replay goes unnoticed. */
      version: z.enum(['v1', 'v2', 'v3']).default('v3'),
      ...mapping,
    }),
    z.strictObject({
      type: z.literal('zendesk'),
      /** Accept what Zendesk's "test webhook" form signs with its published test secret. Never in production. */
      acceptTestKey: z.boolean().optional(),
      ...mapping,
    }),
    z.strictObject({
      type: z.literal('eventbridge'),
      pattern,
      /** Name or ARN of the event bus; left out: the account's default bus. */
      bus: z.string().min(1).optional(),
      ...mapping,
    }),
  ],
  { error: `must be one of: ${typeNames}` },
);
export type Source = z.infer<typeof sourceSchema>;
/** The sources of one type; several types may share a form. */
export type SourceOf<Type extends Source['type']> = Source extends infer Form
  ? Form extends { type: infer Types }
    ? Type extends Types
      ? Form & { type: Type }
      : never
    : never
  : never;
export type Mapping = Pick<Source, 'event' | 'person' | 'ticket'>;

const MAPPED: readonly (keyof Mapping)[] = ['event', 'person', 'ticket'];

const SOURCE_NAME = /^[a-z][a-z0-9-]{0,39}$/;

export const configurationSchema = z
  .strictObject({
    netsapiens: z.strictObject({
      server: z
        .string()
        .regex(
          /^(?=.{1,253}(?::\d+)?$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\d{1,5})?$/,
          {
            error: 'must be a host name alone, as pbx.example.com: https:// and /ns-api/v2 are added',
          },
        ),
      domain: domainSchema,
    }),
    /** Who is told when something is wrong. */
    alarms: z.strictObject({ email: z.email({ error: 'must be an e-mail address' }) }),
    sources: z.record(
      z.string().regex(SOURCE_NAME, {
        error:
          'a source name is 1 to 40 of a-z, 0-9 and "-", and starts with a letter: it is part of the webhook URL',
      }),
      sourceSchema,
    ),
    /** How much the telephone system is asked at once, by all of Onqueue together. */
    limits: z
      .strictObject({
        /** Calls side by side. */
        parallelCalls: z
          .int()
          .min(DELIVER_CONTAINERS, {
            error: `must be at least ${DELIVER_CONTAINERS}: so many executions may be at work, with a call each`,
          })
          .max(100)
          .default(8),
        callsPerSecond: z.int().min(1).max(10_000).default(20),
      })
      .prefault({}),
    /** Every call carries X-NetSapiens-Log with the event's ref: the server keeps a log of it on demand. */
    debug: z.boolean().default(false),
    onTheDay: onTheDaySchema.optional(),
    rules: z.array(ruleSchema),
  })
  .check(({ value, issues }) => {
    const problem = (path: PropertyKey[], message: string) =>
      issues.push({ code: 'custom', input: value, path, message });
    for (const [name, source] of Object.entries(value.sources))
      for (const part of MAPPED)
        for (const [field, text] of Object.entries(source[part] ?? {})) {
          const wrong = isExpression(text)
            ? unknownWord(text, source.type === 'eventbridge' ? ENVELOPE_WORDS : MAPPING_WORDS)
            : undefined;
          if (wrong) problem(['sources', name, part, field], wrong);
        }
    const known = Object.keys(value.sources);
    const seen = new Map<string, number>();
    value.rules.forEach((rule, r) => {
      const twin = seen.get(rule.name);
      if (twin !== undefined)
        problem(['rules', r, 'name'], `rule ${twin + 1} has the same name: outcomes name the rule`);
      seen.set(rule.name, r);
      rule.from.forEach((source, f) => {
        if (!known.includes(source))
          problem(['rules', r, 'from', f], `"${source}" is no source: ${known.join(', ')} are`);
      });
      const { netsapiens, onTheDay } = value;
      for (const { path, message } of problemsOfRule(rule, {
        domain: netsapiens.domain,
        timeZone: onTheDay?.timeZone,
      }))
        problem(['rules', r, ...path], message);
    });
  });
export type Configuration = z.infer<typeof configurationSchema>;
