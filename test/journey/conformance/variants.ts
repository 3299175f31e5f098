/** The system, broken on purpose, each time in one way that has been seen in production somewhere. */
import type { SQSBatchResponse } from 'aws-lambda';
import type { DeliverParts } from '../../../lambda/deliver.ts';
import type { ReceiveParts } from '../../../lambda/receive.ts';
import { isWebhook, readEvents } from '../../../lambda/sources/source.ts';
import { TRUE_SYSTEM } from '../../../local/soak/world.ts';
import type { System } from '../../../local/soak/world.ts';

const { receive, deliver } = TRUE_SYSTEM;

const withDeliver = (change: (parts: DeliverParts) => Partial<DeliverParts>): System => ({
  receive,
  deliver: (parts) => deliver({ ...parts, ...change(parts) }),
});

const withReceive = (change: (parts: ReceiveParts) => Partial<ReceiveParts>): System => ({
  receive: (parts) => receive({ ...parts, ...change(parts) }),
  deliver,
});

const none: SQSBatchResponse = { batchItemFailures: [] };

export const VARIANTS = {
  'answers 202 and forgets to send': withReceive(() => ({ queue: { send: () => Promise.resolve() } })),

  'answers 202 before it sends': withReceive(({ queue }) => ({
    queue: {
      send: (...given) => {
        void queue.send(...given).catch(() => undefined);
        return Promise.resolve();
      },
    },
  })),

  'takes whatever is signed as it likes': {
    deliver,
    receive: (parts) => async (request) => {
      const answer = await receive(parts)(request);
      const { payroll } = parts.sources;
      if (answer.statusCode !== 401 || !payroll || !isWebhook(payroll)) return answer;
      const signed = { method: 'POST', url: '', headers: {}, body: Buffer.from(request.body ?? '') };
      const events = await readEvents('payroll', payroll, signed, new Date(parts.now()));
      await parts.queue.send(events, 'forged');
      return { statusCode: 202 };
    },
  },

  'believes the time that the sender gives': {
    deliver,
    receive: (parts) => (request) =>
      receive({ ...parts, now: () => Number(request.headers['x-timestamp']) * 1000 })(request),
  },

  'answers 202 to what it cannot read': {
    deliver,
    receive: (parts) => async (request) => {
      const answer = await receive(parts)(request);
      return answer.statusCode === 400 ? { statusCode: 202 } : answer;
    },
  },

  'swallows the failures of the batch': {
    receive,
    deliver: (parts) => async (event, context) => {
      await deliver(parts)(event, context);
      return none;
    },
  },

  'lets each event run for itself': {
    receive,
    deliver: (parts) => async (event, context) => {
      const answers = await Promise.all(
        event.Records.map((record) => deliver(parts)({ Records: [record] }, context)),
      );
      return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
    },
  },

  'has a ledger that always says yes': withDeliver(({ ledger }) => ({
    ledger: {
      ...ledger,
      claim: () => Promise.resolve({ kind: 'claimed', inDoubt: false, attempts: 1, troubledSince: 0 }),
      lease: () => Promise.resolve({ granted: true, readAgain: false, oursBefore: false }),
    },
  })),

  'adds without a look at who is there': withDeliver(({ netsapiens }) => ({
    netsapiens: { ...netsapiens, readAgents: () => Promise.resolve({ kind: 'none' }) },
  })),

  'repeats a POST at once, whatever came of it': withDeliver(({ netsapiens }) => ({
    netsapiens: {
      ...netsapiens,
      addAgent: async (...given) => {
        const verdict = await netsapiens.addAgent(...given);
        return verdict.kind === 'try-again' ? netsapiens.addAgent(...given) : verdict;
      },
    },
  })),

  'logs what it reads': withDeliver(({ rules, log }) => ({
    rules: (event) => {
      log('info', JSON.stringify(event));
      return rules(event);
    },
  })),
} satisfies Record<string, System>;

export type VariantName = keyof typeof VARIANTS;
