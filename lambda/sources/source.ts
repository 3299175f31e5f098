/** The senders: how each is verified, and how what it sends becomes events for the queue. */
import type { Auth, Mapping, Source, SourceOf } from '../configuration.ts';
import { boundedName, contentId, unrecognizedType } from '../event.ts';
import type { QueuedEvent } from '../event.ts';
import { bamboohr } from './bamboohr.ts';
import { readEnvelope } from './eventbridge.ts';
import { http } from './http.ts';
import { isRecord } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { isUsableKey } from './signature.ts';
import type { SignedRequest } from './signature.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { rfc3339 } from './time.ts';
import { zendesk } from './zendesk.ts';

/** A source that is reached by HTTP, and so has to be verified. */
export type WebhookSource = Exclude<Source, { type: 'eventbridge' }>;

export const isWebhook = (source: Source): source is WebhookSource => source.type !== 'eventbridge';

const PRESETS: Readonly<Record<Exclude<WebhookSource['type'], 'http'>, Preset>> = {
  bamboohr,
  zendesk,
  'standard-webhooks': standardWebhooks,
};

const presetOf = (source: WebhookSource): Preset =>
  source.type === 'http' ? http(source.auth) : PRESETS[source.type];

export const authOf = (source: WebhookSource): Auth => presetOf(source).auth;

/** The keys that can prove anything; with none left, no request can be verified, and that is our own fault. */
export const usableKeys = (source: WebhookSource, keys: readonly string[]): string[] => {
  const { auth, publishedKeys = [] } = presetOf(source);
  const acceptsPublished = 'acceptTestKey' in source && source.acceptTestKey === true;
  return keys.filter((key) => isUsableKey(auth, key) && (acceptsPublished || !publishedKeys.includes(key)));
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
  const { applyMapping } = await import('./mapping.ts');
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
