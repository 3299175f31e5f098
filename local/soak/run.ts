/** One run: everybody sends, everything goes wrong, functions die; until nothing is left to do. */
import type { SQSRecord } from 'aws-lambda';
import type { Chance } from './chance.ts';
import { createChance } from './chance.ts';
import { createClock } from './clock.ts';
import type { Container } from './container.ts';
import { deliverBatch, drive } from './drive.ts';
import { BUSY_MS, CONFIGURATION, HOUR_MS, populate, WEEKEND_MS } from './population.ts';
import type { Delivery, Population } from './population.ts';
import { createNetwork } from './network.ts';
import type { Network } from './network.ts';
import { KEYS, requestOf, ruleInputOf, webhookOf } from './senders.ts';
import { startWorld } from './world.ts';
import type { ParkedMessage, System, World } from './world.ts';
import type { OutcomeLine } from '../outcomes.ts';
import type { AgentRow } from '../netsapiens/agent.ts';

export interface SoakOptions {
  readonly events: number;
  readonly seed: number;
  /** Left out: the true one. */
  readonly system?: System;
}

/** All that there is to judge a run by. */
export interface SoakRun {
  readonly population: Population;
  /** When a delivery was first answered 202 (or taken by EventBridge), by its id; milliseconds since 1970. */
  readonly acceptedAt: ReadonlyMap<string, number>;
  /** Answers that a sender should not have got. */
  readonly surprises: readonly string[];
  readonly outcomes: readonly OutcomeLine[];
  readonly parked: readonly ParkedMessage[];
  readonly agents: ReadonlyMap<string, readonly AgentRow[]>;
  readonly overwrites: World['simulator']['overwrites'];
  readonly byHand: ReadonlySet<string>;
  /** Whether all came to an end in time. */
  readonly ended: boolean;
  readonly left: number;
  readonly happened: ReadonlyMap<string, number>;
  readonly virtualMs: number;
  readonly realMs: number;
}

const START = Date.parse('2026-11-23T06:00:00Z');
const TOKENS = ['nsd_first-token', 'nsd_second-token', 'nsd_third-token'] as const;
const CONCURRENCY = 5;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

/** Of 1, for each batch, or for each request of a sender. */
const RATES = {
  twinned: 0.02,
  comesLate: 0.01,
  reversed: 0.03,
  notDeleted: 0.02,
  retired: 0.02,
  forged: 0.03,
  unreadable: 0.02,
};

export const soak = async ({ events, seed, system }: SoakOptions): Promise<SoakRun> => {
  const began = Date.now();
  const chance = createChance(seed);
  const population = populate(events, chance);
  const clock = createClock(START);
  const world = await startWorld({
    configuration: CONFIGURATION,
    keys: KEYS,
    simulator: { ...population.simulator, token: TOKENS[0] },
    clock,
    random: () => chance.draw('jitter'),
    write: () => undefined,
    ...(system && { system }),
  });
  try {
    const network = createNetwork(world, chance, 'by-hand');
    world.simulator.tokens.set('by-hand', 'full');
    schedule(world, network);
    const senders = startSenders(world, network, chance, population.deliveries);
    const ended = await drive(world, {
      handle: createHandler(world, network, chance),
      concurrency: CONCURRENCY,
      finished: () => senders.busy() === 0,
      limit: START + BUSY_MS + WEEKEND_MS + 5 * DAY_MS,
    });
    const queues = population.simulator.queues.map(({ callqueue }) => callqueue);
    return {
      population,
      acceptedAt: senders.acceptedAt,
      surprises: senders.surprises,
      outcomes: await world.outcomes(),
      left: await world.left(),
      parked: await world.parked(),
      agents: new Map(queues.map((queue) => [queue, world.simulator.agents(queue)])),
      overwrites: world.simulator.overwrites,
      byHand: network.byHand,
      ended,
      happened: network.happened,
      virtualMs: clock.now() - START,
      realMs: Date.now() - began,
    };
  } finally {
    await world.close();
  }
};

/** What is out of order for a while, and when. */
const schedule = ({ clock, secrets, simulator }: World, { weather }: Network): void => {
  const from = (atMs: number, forMs: number, begin: () => void, end: () => void) => {
    clock.after(atMs, begin);
    clock.after(atMs + forMs, end);
  };
  const exchangeToken = (to: (typeof TOKENS)[number]) => () => {
    simulator.tokens.clear();
    simulator.tokens.set(to, 'full').set('by-hand', 'full');
  };
  const dynamodb = (state: typeof weather.dynamodb) => () => (weather.dynamodb = state);

  from(
    3 * HOUR_MS,
    45 * MINUTE_MS,
    () => (weather.netsapiens = 'down'),
    () => (weather.netsapiens = 'fine'),
  );
  from(7 * HOUR_MS, 15 * MINUTE_MS, dynamodb('throttled'), dynamodb('fine'));
  from(8 * HOUR_MS, 15 * MINUTE_MS, dynamodb('down'), dynamodb('fine'));
  from(9 * HOUR_MS, 5 * MINUTE_MS, dynamodb('unreachable'), dynamodb('fine'));
  from(
    11 * HOUR_MS,
    30 * MINUTE_MS,
    () => secrets.trouble('throttled'),
    () => secrets.trouble(undefined),
  );
  from(
    12 * HOUR_MS,
    10 * MINUTE_MS,
    () => secrets.trouble('down'),
    () => secrets.trouble(undefined),
  );
  // The old token is refused; the new one is in the secret 45 minutes later.
  from(15 * HOUR_MS, 45 * MINUTE_MS, exchangeToken(TOKENS[1]), () => secrets.put('token', TOKENS[1]));
  from(
    18 * HOUR_MS,
    20 * MINUTE_MS,
    () => secrets.put('keys', 'no JSON'),
    () => secrets.put('keys', JSON.stringify(KEYS)),
  );
  from(BUSY_MS, WEEKEND_MS, exchangeToken(TOKENS[2]), () => secrets.put('token', TOKENS[2]));
};

/** Containers as Lambda keeps them: used again while they live. */
const createPool = <C extends Container<never, unknown>>(start: () => C, chance: Chance, name: string) => {
  const idle: C[] = [];
  return {
    take: (): C => idle.pop() ?? start(),
    giveBack: (container: C): void => {
      if (!container.dead() && !chance.happens(RATES.retired, `retired ${name}`)) idle.push(container);
    },
  };
};

const createHandler = (world: World, { hop }: Network, chance: Chance) => {
  const pool = createPool(() => world.deliverer(hop), chance, 'deliver');
  const deliver = async (records: SQSRecord[]): Promise<void> => {
    const container = pool.take();
    const remove: World['remove'] = (done) =>
      world.remove(done.filter(() => !chance.happens(RATES.notDeleted, 'not deleted')));
    await deliverBatch({ ...world, remove }, records, container);
    pool.giveBack(container);
  };
  return async (records: SQSRecord[]): Promise<void> => {
    const late = chance.happens(RATES.comesLate, 'comes late');
    const copies = chance.happens(RATES.twinned, 'twinned') ? [records, records] : [records];
    const reversed = chance.happens(RATES.reversed, 'reversed');
    await Promise.all(copies.map((copy) => deliver(reversed ? copy.toReversed() : copy)));
    if (!late) return;
    // Once more, though most of it is done and gone.
    await world.clock.sleep(chance.between(0, 10 * MINUTE_MS, 'comes late'));
    await deliver(records);
  };
};

const startSenders = (world: World, { hop }: Network, chance: Chance, deliveries: readonly Delivery[]) => {
  const { clock } = world;
  const acceptedAt = new Map<string, number>();
  const surprises: string[] = [];
  const receivers = createPool(() => world.receiver(hop), chance, 'receive');
  const eventReceivers = createPool(() => world.eventReceiver(hop), chance, 'receive-event');
  let busy = 0;
  let requests = 0;

  /** @returns the status; undefined where the function died or threw */
  const post = async (source: string, webhook: ReturnType<typeof webhookOf>): Promise<number | undefined> => {
    const receiver = receivers.take();
    requests += 1;
    try {
      const { statusCode } = await receiver.invoke(
        requestOf(source, webhook, clock.now(), `req-${requests}`),
      );
      return statusCode;
    } catch {
      return undefined;
    } finally {
      receivers.giveBack(receiver);
    }
  };

  const sendOnce = async (delivery: Delivery, changed: boolean): Promise<boolean> => {
    if (delivery.source !== 'bus') {
      const status = await post(delivery.source, webhookOf(delivery, changed, new Date(clock.now())));
      if (status !== 202 && status !== 503 && status !== undefined)
        surprises.push(`${delivery.id} was answered ${status}`);
      return status === 202;
    }
    const receiver = eventReceivers.take();
    try {
      await receiver.invoke(ruleInputOf(delivery, changed));
      return true;
    } catch {
      return false;
    } finally {
      eventReceivers.giveBack(receiver);
    }
  };

  /** What must not come in: signed with a wrong key, or not to be read. */
  const disturb = async (delivery: Delivery): Promise<void> => {
    if (delivery.source === 'bus') return;
    const now = new Date(clock.now());
    const webhook = webhookOf(delivery, false, now);
    if (chance.happens(RATES.forged, 'forged')) {
      const headers = Object.entries(webhook.headers).map(([name, value]): [string, string] => [
        name,
        /signature|authorization/i.test(name) ? `${value.slice(0, -5)}AAAA=` : value,
      ]);
      const status = await post(delivery.source, { ...webhook, headers: Object.fromEntries(headers) });
      if (status !== 401 && status !== 503 && status !== undefined)
        surprises.push(`a forged ${delivery.source} was answered ${status}`);
    }
    if (delivery.source === 'requests' && chance.happens(RATES.unreadable, 'unreadable')) {
      const status = await post('requests', { ...webhook, body: webhook.body.slice(0, -1) });
      if (status !== 400 && status !== 503 && status !== undefined)
        surprises.push(`an unreadable body was answered ${status}`);
    }
  };

  const send = async (delivery: Delivery, changed: boolean): Promise<void> => {
    while (!(await sendOnce(delivery, changed))) await clock.sleep(chance.between(30_000, 300_000, 'sender'));
    if (!acceptedAt.has(delivery.id)) acceptedAt.set(delivery.id, clock.now());
  };

  const run = async (atMs: number, act: () => Promise<void>): Promise<void> => {
    busy += 1;
    await clock.sleep(atMs);
    await act();
    busy -= 1;
  };
  for (const delivery of deliveries) {
    void run(delivery.at, async () => {
      await disturb(delivery);
      await send(delivery, false);
    });
    for (const { after, changed } of delivery.repeats)
      void run(delivery.at + after, () => send(delivery, changed));
  }
  return { acceptedAt, surprises, busy: () => busy };
};
