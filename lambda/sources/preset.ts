/** What a sender's file provides: how it signs, as data, and how its payload becomes events. */
import * as z from 'zod';
import type { Mapping } from '../configuration.ts';
import { personSchema, ticketSchema } from '../event.ts';
import type { Person, Ticket } from '../event.ts';
import { isRecord } from '../json.ts';
import { own } from './body.ts';
import type { SignedRequest } from './request.ts';
import type { Schemes } from './scheme.ts';

export interface Preset {
  readonly auth: Schemes;
  /** Keys that the sender itself has published, for tests: they prove nothing. */
  readonly publishedKeys?: readonly string[];
  readonly handshake?: Handshake;
  /** What the sender wants to be answered, and then with nothing in the body; left out: 202 and a short report. */
  readonly accepted?: 200 | 204;
  /** At least one draft. @throws UnreadableBody */
  readonly read: (delivery: Delivery) => Draft[];
}

/**
 * What a sender asks besides sending events, answered at the edge: nothing of it reaches the queue. Each function is
 * asked about every request, and says undefined to those that are none of its own.
 */
export interface Handshake {
  /** Methods that the sender uses besides POST. */
  readonly methods?: readonly ('GET' | 'HEAD' | 'OPTIONS')[];
  /**
   * Before the request is verified, so by anybody: the answer must tell no more than what was asked, change nothing,
   * and be bounded.
   */
  readonly open?: (request: SignedRequest) => Answer | undefined;
  /** Of an authentic request. @throws UnreadableBody */
  readonly authentic?: (request: SignedRequest) => Answer | undefined;
  /**
   * Asked only while the source has no key: what the sender hands over so that it can get one. It is parked, for the
   * operator to read, and it is from anybody: one a source is taken in five minutes, later ones in that time are lost.
   *
   * @returns the payload to keep, and what the operator does with it
   */
  readonly beforeAnyKey?: (request: SignedRequest) => { payload: unknown; instruction: string } | undefined;
}

/** Answered with 200. */
export interface Answer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const jsonAnswer = (body: Readonly<Record<string, unknown>>): Answer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Text that the sender gave us: no browser may take it for a page. */
export const textAnswer = (body: string): Answer => ({
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body,
});

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

/** Senders write an id as a number or as text, and nothing as null or as empty text: here, text, or not there. */
export const worded = (value: unknown): unknown => {
  if (!isRecord(value)) return value ?? undefined;
  const words: [string, unknown][] = [];
  for (const [key, word] of Object.entries(value)) {
    if (word === null || word === undefined || (typeof word === 'string' && word.trim() === '')) continue;
    words.push([key, typeof word === 'number' && Number.isSafeInteger(word) ? String(word) : word]);
  }
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
