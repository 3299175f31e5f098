/** What a sender's file provides: how it signs, as data, and how its payload becomes events. */
import * as z from 'zod';
import type { Auth, Mapping } from '../configuration.ts';
import { personSchema, ticketSchema } from '../event.ts';
import type { Person, Ticket } from '../event.ts';
import type { SignedRequest } from './signature.ts';

export interface Preset {
  readonly auth: Auth;
  /** Keys that the sender itself has published, for tests: they prove nothing. */
  readonly publishedKeys?: readonly string[];
  /** At least one draft. @throws UnreadableBody */
  readonly read: (delivery: Delivery) => Draft[];
}

/** An authentic request and the source it came to. */
export interface Delivery {
  /** The source's name in onqueue.yaml. */
  readonly name: string;
  readonly mapping: Mapping;
  readonly request: SignedRequest;
}

/** What was read of one event. What is left out gets its default in source.ts. */
export interface Draft {
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly subject?: string | undefined;
  /** As the sender writes it; one that is not RFC 3339 counts as missing. */
  readonly time?: string | undefined;
  readonly person?: Person | undefined;
  readonly ticket?: Ticket | undefined;
  /** Why the payload fits no known shape. Names fields, never values. */
  readonly unrecognized?: string | undefined;
  readonly payload: unknown;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Senders write an id as a number or as text, and nothing as null or as empty text: here, text, or not there. */
export const worded = (value: unknown): unknown => {
  if (!isRecord(value)) return value ?? undefined;
  const words = Object.entries(value).flatMap(([key, word]): [string, unknown][] => {
    if (word === null || word === undefined || (typeof word === 'string' && word.trim() === '')) return [];
    return [[key, typeof word === 'number' && Number.isSafeInteger(word) ? String(word) : word]];
  });
  return Object.fromEntries(words);
};

export const personWords = z.preprocess(worded, personSchema);
export const ticketWords = z.preprocess(worded, ticketSchema);

/** Where each misfit is and what would be right; zod's messages hold no values. */
export const problemsOf = (error: z.ZodError, within: readonly PropertyKey[] = []): string =>
  error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${[...within, ...path].map(String).join('.') || 'the body'}: ${message}`)
    .join('; ');

/** A draft of the payload as the schema reads it, or an unrecognized one. */
export const draftOf = <Shape>(
  schema: z.ZodType<Shape>,
  payload: unknown,
  read: (shape: Shape) => Omit<Draft, 'payload'>,
): Draft => {
  const shape = schema.safeParse(payload);
  return shape.success
    ? { ...read(shape.data), payload }
    : { payload, unrecognized: problemsOf(shape.error) };
};

/**
 * `person` and `ticket` in our own words, as an administrator who writes the payload can give them. One that does not
 * fit is reported, unless the operator maps it: then it was never meant to fit.
 */
export const vocabularyIn = (
  value: unknown,
  mapping: Mapping,
  within: readonly string[] = [],
): Pick<Draft, 'person' | 'ticket' | 'unrecognized'> => {
  if (!isRecord(value)) return {};
  const person = personWords.optional().safeParse(own(value, 'person') ?? undefined);
  const ticket = ticketWords.optional().safeParse(own(value, 'ticket') ?? undefined);
  const problems = [
    mapping.person || !person.error ? [] : problemsOf(person.error, [...within, 'person']),
    mapping.ticket || !ticket.error ? [] : problemsOf(ticket.error, [...within, 'ticket']),
  ].flat();
  return {
    person: person.data,
    ticket: ticket.data,
    ...(problems.length > 0 ? { unrecognized: problems.join('; ') } : {}),
  };
};

/** A property of the value itself: the sender chooses the keys, and `toString` is one of them. */
export const own = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** Text, or undefined for everything else. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
