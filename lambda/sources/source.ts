/** What the senders' side does with a request: verified how, answered how, and become which events. */
import type { Mapping, Source, SourceOf } from '../configuration.ts';
import { boundedName, contentId, unrecognizedType } from '../event.ts';
import type { QueuedEvent } from '../event.ts';
import { isRecord } from '../json.ts';
import { readEnvelope } from './eventbridge.ts';
import { applyMapping } from './mapping.ts';
import type { Answer, Draft } from './preset.ts';
import { presetOf } from './presets.ts';
import type { WebhookSource } from './presets.ts';
import type { SignedRequest } from './request.ts';
import { listOf } from './scheme.ts';
import type { Scheme, Schemes } from './scheme.ts';
import { isUsableKey } from './signature.ts';
import { rfc3339 } from './time.ts';

export type { WebhookSource } from './presets.ts';

export const isWebhook = (source: Source): source is WebhookSource => source.type !== 'eventbridge';

export const schemesOf = (source: WebhookSource): Schemes => presetOf(source).auth;

/** The first of its schemes: what a key is made for that has no other purpose. */
export const authOf = (source: WebhookSource): Scheme => listOf(presetOf(source).auth)[0];

/** The keys that can prove anything; with none left, no request can be verified, and that is our own fault. */
export const usableKeys = (source: WebhookSource, keys: readonly string[]): string[] => {
  const { auth, publishedKeys = [] } = presetOf(source);
  const acceptsPublished = 'acceptTestKey' in source && source.acceptTestKey === true;
  return keys.filter((key) => isUsableKey(auth, key) && (acceptsPublished || !publishedKeys.includes(key)));
};

export const methodsOf = (source: WebhookSource): readonly string[] => [
  'POST',
  ...(presetOf(source).handshake?.methods ?? []),
];

/** What is answered at once, whoever asks. */
export const openAnswer = (source: WebhookSource, request: SignedRequest): Answer | undefined =>
  presetOf(source).handshake?.open?.(request);

/** What an authentic request is answered that is no event. @throws UnreadableBody */
export const authenticAnswer = (source: WebhookSource, request: SignedRequest): Answer | undefined =>
  presetOf(source).handshake?.authentic?.(request);

/** The status for events that are on the queue, where the sender wants another than 202. */
export const acceptedOf = (source: WebhookSource): 200 | 204 | undefined => presetOf(source).accepted;

/**
 * What a sender hands over before the source has a key, as an event that will be parked. It always has the same id and
 * subject, so that the queue takes one of a source in five minutes, whoever sends them.
 */
export const eventBeforeAnyKey = (
  name: string,
  source: WebhookSource,
  request: SignedRequest,
  receivedAt: Date,
): QueuedEvent | undefined => {
  const given = presetOf(source).handshake?.beforeAnyKey?.(request);
  return (
    given &&
    eventOf(
      name,
      { id: 'before-any-key', payload: given.payload, unrecognized: given.instruction },
      receivedAt,
    )
  );
};

/**
 * The events of an authentic request, at least one. A payload that fits no known shape, or that the operator's mapping
 * fails on, is an event too: of type `<source>.unrecognized`.
 *
 * @param name the source's name in onqueue.yaml
 * @throws UnreadableBody where the body cannot be read at all
 */
export const readEvents = async (
  name: string,
  source: WebhookSource,
  request: SignedRequest,
  receivedAt: Date,
): Promise<QueuedEvent[]> => {
  const drafts = presetOf(source).read({ name, mapping: source, request });
  return Promise.all(
    drafts.map(async (draft) =>
      eventOf(name, await mapped(source, { body: draft.payload }, draft), receivedAt),
    ),
  );
};

/** The event in EventBridge's envelope; one that does not fit becomes an unrecognized event, as with webhooks. */
export const readRuleEvent = async (
  name: string,
  source: SourceOf<'eventbridge'>,
  envelope: unknown,
  receivedAt: Date,
): Promise<QueuedEvent> => {
  const draft = readEnvelope(envelope, source);
  return eventOf(name, await mapped(source, isRecord(envelope) ? envelope : {}, draft), receivedAt);
};

const mapped = async (
  mapping: Mapping,
  context: Readonly<Record<string, unknown>>,
  draft: Draft,
): Promise<Draft> => {
  if (draft.unrecognized !== undefined) return draft;
  if (!mapping.event && !mapping.person && !mapping.ticket) return draft;
  return applyMapping(mapping, context, draft);
};

const eventOf = (name: string, draft: Draft, receivedAt: Date): QueuedEvent => {
  const { unrecognized, payload } = draft;
  const person = present(draft.person);
  const ticket = present(draft.ticket);
  const id = boundedName(draft.id ?? contentId(name, JSON.stringify(payload)));
  const subject = draft.subject ?? person?.id ?? person?.email ?? ticket?.id ?? ticket?.key ?? id;
  const common = {
    specversion: '1.0',
    id,
    source: name,
    subject: boundedName(subject),
    time: rfc3339(draft.time ?? '') ?? receivedAt.toISOString(),
    datacontenttype: 'application/json',
  } as const;
  return unrecognized === undefined
    ? {
        ...common,
        type: boundedName(draft.type ?? `${name}.event`),
        data: { ...(person && { person }), ...(ticket && { ticket }), payload },
      }
    : { ...common, type: unrecognizedType(name), data: { unrecognized, payload } };
};

/** The words, or undefined where there is none. */
const present = <Words extends object>(words: Words | undefined): Words | undefined =>
  words && Object.values(words).some((word) => word !== undefined) ? words : undefined;
