/** One authentic event of each sender, as the tale of all senders has it, and what is done with it. */
import { join } from 'node:path';
import { loadConfiguration } from '../../infra/configuration.ts';
import type { Configuration, SourceOf } from '../../lambda/configuration.ts';
import { deduplicationKey, isQueuedEvent, orderingKey } from '../../lambda/event.ts';
import type { QueuedEvent } from '../../lambda/event.ts';
import { createRules } from '../../lambda/rules/rule.ts';
import type { SignedRequest } from '../../lambda/sources/request.ts';
import { verify } from '../../lambda/sources/signature.ts';
import { isWebhook, readEvents, readRuleEvent, schemesOf, usableKeys } from '../../lambda/sources/source.ts';
import { credentialsOf } from '../../local/credentials.ts';
import { EVERY_SENDER } from '../../local/demo/all.ts';
import type { Step } from '../../local/demo/step.ts';

export interface Sender {
  readonly name: string;
  readonly bodyBytes: number;
  /** Left out where there is no signature. */
  readonly verify?: () => void;
  readonly read: () => Promise<unknown>;
  readonly write: () => unknown;
  readonly take: () => unknown;
  readonly decide: () => Promise<unknown>;
}

const configuration = loadConfiguration(join(import.meta.dirname, '../../local/demo/all.yaml'));

/** Those whose event puts somebody on a queue. */
export const senders = async (): Promise<Sender[]> => {
  const credentials = credentialsOf(
    { netsapiens: undefined, keysFile: undefined, token: undefined },
    configuration,
  );
  const keys = EVERY_SENDER.keysFrom(credentials.keys);
  const now = new Date();
  const all = EVERY_SENDER.steps
    .filter(({ outcomes }) => outcomes.some(({ outcome }) => outcome === 'added'))
    .map((step) => senderOf(step, keys, now));
  return Promise.all(all);
};

const senderOf = async (
  { send }: Step,
  keys: ReturnType<typeof EVERY_SENDER.keysFrom>,
  now: Date,
): Promise<Sender> => {
  if ('putEvents' in send) return ofBus('eventbridge', send.putEvents, now);
  if (!('sign' in send)) throw new Error('what nobody signed is no event');
  const name = send.to;
  const source = configuration.sources[name];
  if (!source || !isWebhook(source)) throw new Error(`${name} is no webhook`);
  const given = [keys[name] ?? []].flat();
  const url = `https://api.example.com/webhooks/${name}`;
  const { headers, body, query } = send.sign(given[0] ?? '', now, url);
  const request: SignedRequest = {
    method: 'POST',
    url: query === undefined ? url : `${url}?${query}`,
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
    body: Buffer.from(body),
  };
  const read = () => readEvents(name, source, request, now);
  return {
    name,
    bodyBytes: request.body.length,
    verify: () => {
      const verdict = verify(schemesOf(source), request, usableKeys(source, given), now);
      if (!verdict.ok) throw new Error(`${name}: ${verdict.why}`);
    },
    read,
    ...behind(await read()),
  };
};

/** As EventBridge's rule hands it over. */
const ofBus = async (
  name: string,
  entry: { readonly Source: string; readonly DetailType: string; readonly Detail: string },
  now: Date,
): Promise<Sender> => {
  const detail: unknown = JSON.parse(entry.Detail);
  const envelope = {
    version: '0',
    id: '6f87d04b-9f74-4f04-a780-7acf4b0a9b38',
    source: entry.Source,
    'detail-type': entry.DetailType,
    account: '000000000000',
    time: now.toISOString(),
    region: 'us-east-1',
    resources: [],
    detail,
  };
  const source = configuration.sources[name];
  if (!source || !isOfBus(source)) throw new Error(`${name} is of no bus`);
  const read = () => readRuleEvent(name, source, envelope, now);
  return { name, bodyBytes: JSON.stringify(envelope).length, read, ...behind([await read()]) };
};

const isOfBus = (source: Configuration['sources'][string]): source is SourceOf<'eventbridge'> =>
  source.type === 'eventbridge';

const rules = createRules(configuration);

/** What is done with the events once they are read. */
const behind = (events: readonly QueuedEvent[]): Pick<Sender, 'write' | 'take' | 'decide'> => {
  const bodies = events.map((event) => JSON.stringify(event));
  return {
    write: () =>
      events.map((event) => [
        JSON.stringify(event),
        orderingKey(event),
        deduplicationKey(event, 'request#0'),
      ]),
    take: () => bodies.map((body) => isQueuedEvent(JSON.parse(body))),
    decide: async () => {
      const readings = await Promise.all(events.map(rules));
      if (!readings.some(({ requests }) => requests.length > 0)) throw new Error('no rule wants it');
    },
  };
};
