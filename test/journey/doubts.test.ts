/** Several faults at once, as a review thought them up: what may have been written is not written again, nor told wrongly. */
import { describe, expect, test } from 'vitest';
import type { Exchange, Reply, Send } from '../../lambda/http.ts';
import type { Hop } from '../../local/soak/container.ts';
import { deliverBatch } from '../../local/soak/drive.ts';
import { TRUE_SYSTEM } from '../../local/soak/world.ts';
import { bodyOf, dieAt, inChain, isCall, RULES, TOKEN } from './conformance/chain.ts';
import type { Chain, Given } from './conformance/chain.ts';

const answer = (status: number, body = ''): Reply => ({ kind: 'answer', status, headers: {}, body });
const refusal = (code: string): Reply =>
  answer(400, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}` }));
const THROTTLED = refusal('ProvisionedThroughputExceededException');
const RESET: Reply = { kind: 'no-answer', sent: true, why: 'ECONNRESET' };

const isPost = (exchange: Exchange): boolean => isCall('NetSapiens.POST', exchange);
const isPostOf = (agent: string) => (exchange: Exchange) =>
  isPost(exchange) && exchange.body?.includes(`"${agent}@`) === true;
const isAgents = (exchange: Exchange): boolean =>
  isCall('NetSapiens.GET', exchange) && exchange.url.pathname.endsWith('/agents');
const isOperation = (operation: string) => (exchange: Exchange) => isCall(operation, exchange);

type Layer = (next: Send) => Send;
type Act = (exchange: Exchange, next: Send) => Reply | Promise<Reply>;
/** Something else happens to so many calls of a kind, after so many that go as ever. */
const instead = (
  isIt: (exchange: Exchange) => boolean,
  act: Act,
  { times = 1, after = 0 }: { times?: number; after?: number } = {},
): Layer => {
  let seen = 0;
  return (next) => async (exchange) => {
    if (!isIt(exchange)) return next(exchange);
    seen += 1;
    return seen > after && seen <= after + times ? act(exchange, next) : next(exchange);
  };
};
const lost: Act = async (exchange, next) => {
  await next(exchange);
  return RESET;
};
const always =
  (reply: Reply): Act =>
  () =>
    reply;

/** A read of the agents shows what was added only so many seconds after the POST took effect. */
const lagging = ({ clock }: Pick<Chain, 'clock'>, seconds: number): Layer => {
  let hiddenUntil = 0;
  return (next) => async (exchange) => {
    const reply = await next(exchange);
    if (isPost(exchange)) hiddenUntil = Math.max(hiddenUntil, clock.now() + seconds * 1000);
    return isAgents(exchange) && reply.kind === 'answer' && clock.now() < hiddenUntil
      ? { ...reply, body: '[]' }
      : reply;
  };
};
const through =
  (...layers: Layer[]): Hop =>
  (next) =>
    layers.reduceRight((send, layer) => layer(send), next);

const overwritten = ({ simulator }: Chain) =>
  simulator.overwrites.map(({ callqueue, agent }) => `${callqueue} ${agent} was added twice`);
const told = async (chain: Chain) =>
  (await chain.outcomes())
    .map(({ id, queue = '', outcome, code }) => `${id} ${queue} ${outcome} ${code}`)
    .sort();

/** Each person is on the queue in the end, and was added once. */
const afterwards = (act: (chain: Chain) => Promise<unknown>, given?: Given) =>
  inChain(
    TRUE_SYSTEM,
    async (chain) => {
      await act(chain);
      return [...overwritten(chain), ...(await told(chain))];
    },
    given,
  );

const addByHand = ({ open, simulator }: Chain, extension: string) =>
  open({
    method: 'POST',
    url: new URL('/ns-api/v2/domains/acme.example/callqueues/3000/agents', simulator.origin),
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      'callqueue-agent-id': `${extension}@acme.example`,
      'callqueue-agent-availability-type': 'automatic',
      'callqueue-agent-wrap-up-allowance-seconds': 77,
    }),
  });

const SOON = { random: () => 0.1 };
const FOUND = ['e1 3000 added found-after-doubt'];

describe('a POST in doubt is not repeated before it must show', () => {
  test('though the journal could not be told', async () => {
    const found = await afterwards(async (chain) => {
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
      const untold = instead(isOperation('PutItem'), always(THROTTLED), { times: 2 });
      await chain.settle(through(instead(isPost, lost), untold, lagging(chain, 25)));
    }, SOON);
    expect(found).toEqual(FOUND);
  });

  test('though the ledger is out of reach for the next queue of the event', async () => {
    const found = await afterwards(async (chain) => {
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000', team: 'Both' }) });
      const isSecond = (exchange: Exchange) => exchange.body?.includes('join#3001') === true;
      const unreachable = instead(isSecond, always(THROTTLED), { times: 2 });
      await chain.settle(through(instead(isPost, lost), unreachable, lagging(chain, 25)));
    }, SOON);
    expect(found).toEqual([...FOUND, 'e1 3001 added agent-added']);
  });

  test('by an event of another source neither, though a reading in between failed', async () => {
    const found = await afterwards(async (chain) => {
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000', worker: 'w1' }) });
      chain.clock.after(8_000, () => {
        void chain.post({ body: bodyOf({ id: 'e2', extension: '1000', worker: 'w2' }) });
      });
      const untold = instead(isOperation('PutItem'), always(THROTTLED), { times: 2 });
      const unread = instead(isAgents, always(answer(503)), { after: 2 });
      await chain.settle(through(instead(isPost, lost), untold, unread, lagging(chain, 25)));
    }, SOON);
    expect(found.filter((line) => line.endsWith('twice'))).toEqual([]);
  });

  test('though its answer was a page, and the queue could not be read after it', async () => {
    const found = await afterwards(async (chain) => {
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
      const page: Act = async (exchange, next) => {
        await next(exchange);
        return answer(200, '<html>');
      };
      const unread = instead(isAgents, always(answer(503)), { after: 1 });
      await chain.settle(through(instead(isPost, page), unread, lagging(chain, 25)));
    });
    expect(found).toEqual(FOUND);
  });

  test('by a copy of the delivery neither, whose first attempt died while it was adding', async () => {
    const found = await afterwards(async (chain) => {
      await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
      const copies = await chain.take();
      const lag = lagging(chain, 25);
      // It finds the claim taken, and comes again when that is over.
      const copied = instead(isAgents, async (exchange, next) => {
        await deliverBatch(chain, copies, chain.deliverer(through(lag)));
        return next(exchange);
      });
      // Behind others' calls, as many as are allowed at a time.
      const late = instead(isPost, async (exchange, next) => {
        await chain.clock.sleep(100_000);
        await next(exchange);
        return new Promise(() => undefined);
      });
      const dying = deliverBatch(chain, copies, chain.deliverer(through(copied, late, lag)));
      await chain.settle(through(lag));
      await dying;
    });
    expect(found).toEqual(FOUND);
  });
});

describe('two rules that name one queue for one person', () => {
  const [support] = RULES;
  const rules = support ? [support, { ...support, name: 'Everybody', when: '{% true %}' }] : [];
  const once = ['e1 3000 added', 'e1 3000 already-member'];
  const added = (found: readonly string[]) => found.map((line) => line.split(' ').slice(0, 3).join(' '));

  test('wait for each other, where the first is in doubt', async () => {
    const found = await afterwards(
      async (chain) => {
        await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
        await chain.settle(through(instead(isPost, lost), lagging(chain, 25)));
      },
      { rules },
    );
    expect(added(found)).toEqual(once);
  });

  test('wait for each other, where two copies of the delivery are at work', async () => {
    const found = await afterwards(
      async (chain) => {
        await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
        const records = await chain.take();
        // While the first is adding, the copy does what it can.
        const copied = instead(isPost, async (exchange, next) => {
          await deliverBatch(chain, records, chain.deliverer());
          return next(exchange);
        });
        await deliverBatch(chain, records, chain.deliverer(through(copied)));
        await chain.settle();
      },
      { rules },
    );
    expect(added(found)).toEqual(once);
  });

  test('wait for each other, where the function runs out of time between them', async () => {
    const found = await afterwards(
      async (chain) => {
        await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
        const slow: Act = async (exchange, next) => {
          await chain.clock.sleep(19_000);
          return next(exchange);
        };
        // The queue, its agents, and the POST.
        const calls = instead((exchange) => isCall('NetSapiens', exchange), slow, { times: 3 });
        await chain.settle(through(calls, lagging(chain, 5)));
      },
      { rules },
    );
    expect(added(found)).toEqual(once);
  });
});

test('who is on the queue stays as tuned, though a reading of the batch failed', async () => {
  const found = await afterwards(async (chain) => {
    await addByHand(chain, '1002');
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000', worker: 'w1' }) });
    await chain.post({ body: bodyOf({ id: 'e2', extension: '1001', worker: 'w2' }) });
    await chain.post({ body: bodyOf({ id: 'e3', extension: '1002', worker: 'w1' }) });
    const failed = Promise.withResolvers<undefined>();
    const conflict = instead(isPostOf('1001'), always(answer(409, '{"code":409,"message":"Conflict"}')));
    const unread = instead(
      isAgents,
      () => {
        failed.resolve(undefined);
        return answer(503);
      },
      { after: 1 },
    );
    const slower = instead(isPostOf('1000'), async (exchange, next) => {
      await failed.promise;
      return next(exchange);
    });
    await chain.settle(through(conflict, unread, slower));
  });
  expect(found).toEqual([
    'e1 3000 added agent-added',
    'e2 3000 added agent-added',
    'e3 3000 already-member already-on-queue',
  ]);
});

test('who was on the queue all along is not told as added, however often an attempt broke off', async () => {
  const found = await afterwards(async (chain) => {
    await addByHand(chain, '1000');
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
    // The first attempt dies with its claim, the second cannot write down what it found.
    const dead = chain.deliverer(dieAt(isOperation('DynamoDB'), 'after'));
    await deliverBatch(chain, await chain.take(), dead);
    await chain.settle(through(instead(isOperation('PutItem'), always(THROTTLED), { times: 2 })));
  });
  expect(found).toEqual(['e1 3000 already-member already-on-queue']);
});

test('a function that dies between parking and the journal has parked once', async () => {
  const found = await inChain(TRUE_SYSTEM, async (chain) => {
    chain.simulator.misbehave({
      when: { method: 'POST' },
      how: { status: 422, body: { code: 422, message: 'no' } },
      times: 'always',
    });
    await chain.post({ body: bodyOf({ id: 'e1', extension: '1000' }) });
    await chain.settle(dieAt(isOperation('AmazonSQS.SendMessage'), 'after'));
    return [...(await told(chain)), `${(await chain.parked()).length} parked`];
  });
  expect(found).toEqual(['e1 3000 parked request-refused', '1 parked']);
});

describe('a call that the ledger makes for a whole batch', () => {
  /** What became of four events, and after how many seconds. */
  const four = (...layers: Layer[]) =>
    inChain(TRUE_SYSTEM, async (chain) => {
      for (const n of [0, 1, 2, 3]) await chain.post({ body: bodyOf({ id: `e${n}`, extension: `100${n}` }) });
      const start = chain.clock.now();
      await chain.settle(through(...layers));
      return (await chain.outcomes())
        .map(({ id, outcome, updatedAt }) => `${id} ${outcome} ${(Date.parse(updatedAt) - start) / 1000}`)
        .sort();
    });
  const AT_ONCE = ['e0 added 0', 'e1 added 0', 'e2 added 0', 'e3 added 0'];

  test('holds up nobody, where a batch of writes meets a transaction', async () => {
    const conflict = always(refusal('TransactionConflictException'));
    expect(await four(instead(isOperation('BatchWriteItem'), conflict, { times: 2 }))).toEqual(AT_ONCE);
  });

  test('holds up nobody, where its answer is lost, and it is still under way when it is asked for again', async () => {
    const isTransaction = isOperation('TransactWriteItems');
    const underWay = instead(isTransaction, always(refusal('TransactionInProgressException')), { after: 1 });
    expect(await four(underWay, instead(isTransaction, lost))).toEqual(AT_ONCE);
  });
});
