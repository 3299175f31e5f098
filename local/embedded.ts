/** The whole of Onqueue on one machine: the functions, the stand-ins they use, and the front that is open to senders. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import { clientConfig } from './aws/account.ts';
import { createEventBus } from './aws/event-bus.ts';
import { startEventSourceMapping } from './aws/event-source-mapping.ts';
import { answerRequest } from './aws/gateway.ts';
import { answerOperation, targetOf } from './aws/json-protocol.ts';
import type { Trouble } from './aws/secrets-manager.ts';
import { json, readBody, serve } from './aws/server.ts';
import { queueArn } from './aws/sqs.ts';
import { deployBundles } from './bundled.ts';
import type { Deployment } from './deployment.ts';
import { deployInProcess } from './in-process.ts';
import type { InProcessOptions } from './in-process.ts';
import { readOutcomes } from './outcomes.ts';
import type { OutcomeLine } from './outcomes.ts';

/** From a source's name to its key, or to its keys while one is being exchanged for another. */
export type Keys = Readonly<Record<string, string | readonly string[]>>;

export interface EmbeddedOptions extends InProcessOptions {
  readonly keys: Keys;
  /** NetSapiens' bearer token: the text itself, or {"token": "..."}. */
  readonly token: string;
  /** Of the front, on 127.0.0.1; 0 or left out: a free one. */
  readonly port?: number;
  /** The bundles that the stack deploys, each in a process of its own; then `now` and `random` are the machine's. */
  readonly bundled?: boolean;
}

export interface Embedded {
  /** `http://127.0.0.1:PORT`: webhooks, PutEvents, outcomes. */
  readonly origin: string;
  readonly outcomes: () => Promise<OutcomeLine[]>;
  readonly setKeys: (keys: Keys) => void;
  /** undefined: there is none. */
  readonly setToken: (token: string | undefined) => void;
  /** From now on Secrets Manager fails in this way; undefined: all is well again. */
  readonly troubleSecrets: (trouble: Trouble | undefined) => void;
  /** For an SQS client of one's own. */
  readonly sqs: SQSClientConfig;
  readonly queueUrl: string;
  readonly waitingQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** To be told where `now` is a clock moved by hand. */
  readonly clockMoved: () => void;
  /** Bundled: ends the functions' processes at once, in whatever they do. Queue and ledger live on. */
  readonly kill: () => void;
  readonly close: () => Promise<void>;
}

/** Lambda waits a minute and two before it invokes again; here nobody wants to. */
const RETRY_DELAYS_MS = [1_000, 2_000];

/** @throws ConfigurationError; Error where the port is taken */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { write, port } = options;
  const deployment = await (options.bundled === true ? deployBundles(options) : deployInProcess(options));
  const { standIns, names, batches, rules } = deployment;
  const setKeys = (keys: Keys) => standIns.secrets.put(names.keys, JSON.stringify(keys));
  const setToken = (token: string | undefined) => standIns.secrets.put(names.token, token);
  setKeys(options.keys);
  setToken(options.token);

  const complain = (message: string) =>
    write(JSON.stringify({ level: 'warn', time: new Date().toISOString(), message }));
  const outcomes = () => readOutcomes(names.ledger, clientConfig(standIns.dynamodb.origin));
  const bus = createEventBus({
    rules,
    invoke: deployment.receiveEvent,
    retryDelays: RETRY_DELAYS_MS,
    lost: (error) => complain(`an event was lost: ${error instanceof Error ? error.name : 'unknown error'}`),
  });
  const queues = {
    queueUrl: standIns.sqs.queueUrl(names.queue),
    waitingQueueUrl: standIns.sqs.queueUrl(names.waitingQueue),
    deadLetterQueueUrl: standIns.sqs.queueUrl(names.deadLetterQueue),
  };
  const front = await serve(createFront(deployment, bus.operations, { outcomes, queues }), { port }).catch(
    async (error: unknown) => {
      await deployment.close();
      throw error;
    },
  );
  const mappings = batches.map(({ queue, size, reportsFailures, concurrency }) =>
    startEventSourceMapping({
      sqs: clientConfig(standIns.sqs.origin),
      queueUrl: standIns.sqs.queueUrl(queue),
      queueArn: queueArn(queue),
      batchSize: size,
      reportsFailures,
      concurrency,
      invoke: deployment.deliver,
      complain,
    }),
  );

  return {
    origin: front.origin,
    outcomes,
    setKeys,
    setToken,
    troubleSecrets: standIns.secrets.trouble,
    sqs: clientConfig(standIns.sqs.origin),
    ...queues,
    clockMoved: standIns.sqs.clockMoved,
    kill: deployment.kill,
    close: async () => {
      await front.close();
      await bus.close();
      await Promise.all(mappings.map((mapping) => mapping.stop()));
      await deployment.close();
    },
  };
};

const createFront =
  (
    { routeKey, receive }: Deployment,
    operations: Parameters<typeof answerOperation>[0],
    { outcomes, queues }: Pick<Embedded, 'outcomes'> & { readonly queues: object },
  ) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = `${request.method ?? ''} ${request.url ?? ''}`;
    if (asked === 'GET /outcomes') json(response, 200, await outcomes());
    else if (asked === 'GET /queues') json(response, 200, queues);
    else if (asked === 'GET /')
      response.setHeader('content-type', 'text/plain; charset=utf-8').end(hello(request));
    else if (asked === 'POST /' && targetOf(request) !== undefined)
      answerOperation(operations, targetOf(request), await readBody(request), response);
    else await answerRequest({ routeKey, invoke: receive }, request, response);
  };

const hello = ({ headers: { host = '' } }: IncomingMessage): string =>
  [
    'Onqueue on one machine.',
    '',
    `http://${host}/webhooks/NAME  where the source NAME of onqueue.yaml sends`,
    `http://${host}/outcomes       what became of every event, as JSON, newest last`,
    `http://${host}/queues         the queues' URLs, for an SQS client`,
    `aws events put-events --endpoint-url http://${host} --entries ...  events for its eventbridge sources`,
    '',
  ].join('\n');
