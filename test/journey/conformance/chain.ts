/** One sender's webhook, and everything behind it, for one scenario: the clock is moved by hand, nothing waits. */
import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2, SQSRecord } from 'aws-lambda';
import type { Configuration } from '../../../lambda/configuration.ts';
import type { Exchange, Reply } from '../../../lambda/http.ts';
import { createClock } from '../../../local/soak/clock.ts';
import { DIRECT, Killed } from '../../../local/soak/container.ts';
import type { Hop } from '../../../local/soak/container.ts';
import { deliverBatch, drive } from '../../../local/soak/drive.ts';
import { startWorld } from '../../../local/soak/world.ts';
import type { System } from '../../../local/soak/world.ts';

const KEY = 'payroll-key';
export const TOKEN = 'nsd_conformance-token';
const DAY_MS = 24 * 60 * 60_000;

const configuration: Pick<Configuration, 'sources' | 'netsapiens' | 'rules'> = {
  netsapiens: { server: 'pbx.example.com', domain: 'acme.example' },
  sources: {
    payroll: {
      type: 'http',
      auth: {
        hmac: {
          header: 'x-signature',
          algorithm: 'sha256',
          encoding: 'hex',
          signed: '{timestamp}.{body}',
          timestamp: { header: 'x-timestamp', unit: 's', tolerance: 300 },
          key: 'text',
        },
      },
      event: { id: '{% body.id %}', type: '{% body.kind %}', subject: '{% body.worker %}' },
      person: { extension: '{% body.extension %}', department: '{% body.team %}' },
    },
  },
  rules: [
    {
      name: 'Support',
      from: ['payroll'],
      when: "{% person.department in ['Support', 'Both'] %}",
      queues: ["{% person.department = 'Both' ? ['3000', '3001'] : '3000' %}"],
      agent: {
        'callqueue-agent-id': "{% person.extension & '@acme.example' %}",
        'callqueue-agent-availability-type': 'manual',
      },
    },
  ],
};

export interface Hire {
  readonly id: string;
  readonly extension: string;
  /** Left out: one of their own. Events of one worker keep their order. */
  readonly worker?: string;
  readonly team?: 'Support' | 'Both';
  readonly name?: string;
}

export const bodyOf = ({ id, extension, worker = extension, team = 'Support', name }: Hire): string =>
  JSON.stringify({ id, kind: 'hire', worker, extension, team, name });

export interface Posting {
  readonly body: string;
  readonly key?: string;
  /** Seconds before now. */
  readonly signedAgo?: number;
  /** Over the right ones; an empty one is as good as none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in place of the body that is signed. */
  readonly altered?: string;
}

/** A call of a function to a neighbour, by what it asks for. */
export const isCall = (operation: string, { method, headers, url }: Exchange): boolean => {
  const target = headers['x-amz-target'] ?? `NetSapiens.${method}${url.pathname}`;
  return target.includes(operation);
};

/** The function dies at this call, before or after it took effect. */
export const dieAt =
  (chosen: (exchange: Exchange, count: number) => boolean, when: 'before' | 'after'): Hop =>
  (next, kill) => {
    let count = 0;
    return async (exchange) => {
      count += 1;
      if (!chosen(exchange, count)) return next(exchange);
      if (when === 'before') {
        kill();
        return { kind: 'no-answer', sent: false, why: 'killed' };
      }
      const reply = await next(exchange);
      kill();
      return reply;
    };
  };

/** Beside what every chain has. */
export interface Given {
  readonly random?: () => number;
  readonly rules?: Configuration['rules'];
}

export const RULES = configuration.rules;

const startChain = async (system: System, { random = () => 0.5, rules = RULES }: Given = {}) => {
  const clock = createClock(Date.parse('2026-11-23T12:00:00Z'));
  const lines: string[] = [];
  const world = await startWorld({
    configuration: { ...configuration, rules },
    keys: { payroll: KEY },
    simulator: {
      domain: 'acme.example',
      queues: [
        { callqueue: '3000', description: 'Support' },
        { callqueue: '3001', description: 'Sales' },
      ],
      users: Array.from({ length: 60 }, (_, n) => ({ user: String(1000 + n) })),
      token: TOKEN,
    },
    clock,
    random,
    write: (line) => lines.push(line),
    system,
  });
  let receiver = world.receiver();
  let deliverer = world.deliverer();
  let requests = 0;

  const settle = (handle: (records: SQSRecord[]) => Promise<void>): Promise<boolean> =>
    drive(world, { handle, concurrency: 5, finished: () => true, limit: clock.now() + 3 * DAY_MS });

  return {
    ...world,
    /** What the functions logged. */
    lines,
    /** @returns the status, or `undefined` where the function died */
    post: async (posting: Posting, hop?: Hop): Promise<number | undefined> => {
      if (hop || receiver.dead()) receiver = world.receiver(hop);
      try {
        requests += 1;
        const { statusCode } = await receiver.invoke(requestOf(posting, clock.now(), `req-${requests}`));
        return statusCode;
      } catch (error) {
        if (error instanceof Killed) return undefined;
        throw error;
      }
    },
    /** Until nothing is left to do. @param hop of the first container alone; after its death there is another */
    settle: (hop: Hop = DIRECT): Promise<boolean> => {
      deliverer = world.deliverer(hop);
      return settle(async (records) => {
        if (deliverer.dead()) deliverer = world.deliverer();
        await deliverBatch(world, records, deliverer);
      });
    },
    /** As `settle`, but each message goes to a container of its own, all at once. */
    settleApart: (): Promise<boolean> =>
      settle(async (records) => {
        await Promise.all(records.map((record) => deliverBatch(world, [record])));
      }),
  };
};
export type Chain = Awaited<ReturnType<typeof startChain>>;

const requestOf = (
  { body, key = KEY, signedAgo = 0, headers = {}, altered = body }: Posting,
  now: number,
  requestId: string,
): APIGatewayProxyEventV2 => {
  const timestamp = String(Math.floor(now / 1000) - signedAgo);
  const signature = createHmac('sha256', key).update(`${timestamp}.${body}`).digest('hex');
  return {
    version: '2.0',
    routeKey: 'ANY /webhooks/{source}',
    rawPath: '/webhooks/payroll',
    rawQueryString: '',
    headers: { 'x-timestamp': timestamp, 'x-signature': signature, ...headers },
    pathParameters: { source: 'payroll' },
    requestContext: {
      accountId: '0',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: '/webhooks/payroll',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: 'test',
      },
      requestId,
      routeKey: 'ANY /webhooks/{source}',
      stage: '$default',
      time: '',
      timeEpoch: now,
    },
    body: altered,
    isBase64Encoded: false,
  };
};

/** A scenario gives back what is wrong, in sentences; nothing where all is as it has to be. */
export const inChain = async (
  system: System,
  act: (chain: Chain) => Promise<readonly string[]>,
  given: Given = {},
): Promise<readonly string[]> => {
  const chain = await startChain(system, given);
  try {
    return await act(chain);
  } finally {
    await chain.close();
  }
};

/** No answer at all, 20 s by the clock later. */
export const timeoutAfter = async (chain: Chain, work: Promise<unknown>): Promise<Reply> => {
  await work;
  await chain.clock.sleep(20_000);
  return { kind: 'no-answer', sent: true, why: 'timeout' };
};
