/** Lets a world run: hands out what is on the queue; where nothing moves any more, moves the clock. */
import type { SQSRecord } from 'aws-lambda';
import type { World } from './world.ts';

/** The function's timeout, as the stack has it. */
export const DELIVER_TIMEOUT_MS = 120_000;

export interface DriveOptions {
  /** Does a batch, from the function to the deletion of what is done. */
  readonly handle: (records: SQSRecord[]) => Promise<void>;
  /** Batches in flight at a time, at the most. */
  readonly concurrency: number;
  /** Whether nobody will send anything any more. */
  readonly finished: () => boolean;
  /** Milliseconds since 1970: what is not done by then never will be. */
  readonly limit: number;
}

/** @returns true when everything came to its end before the limit */
export const drive = async (
  { clock, activity, nextAt, take }: World,
  { handle, concurrency, finished, limit }: DriveOptions,
): Promise<boolean> => {
  let running = 0;
  let failure: unknown;
  const canTake = () => running < concurrency && (nextAt() ?? Infinity) <= clock.now();
  const run = async (records: SQSRecord[]): Promise<void> => {
    running += 1;
    try {
      await handle(records);
    } catch (error) {
      failure ??= error;
    } finally {
      running -= 1;
    }
  };

  for (;;) {
    if (failure !== undefined) throw failure instanceof Error ? failure : new Error('a batch failed');
    if (canTake()) {
      const records = await take();
      if (records.length > 0) void run(records);
      continue;
    }
    if (await activity.moves()) continue;
    if (canTake()) continue;
    const visibleAt = nextAt();
    if (running === 0 && visibleAt === undefined && finished()) return true;
    const next = Math.min(
      clock.next() ?? Infinity,
      running < concurrency ? (visibleAt ?? Infinity) : Infinity,
    );
    if (next > limit) return false;
    clock.advance(next);
  }
};

/** As the event source mapping does: what did not fail goes off the queue; where the function died, nothing does. */
export const deliverBatch = async (
  { clock, deliverer, remove }: Pick<World, 'clock' | 'deliverer' | 'remove'>,
  records: SQSRecord[],
  container = deliverer(),
): Promise<void> => {
  const deadline = clock.now() + DELIVER_TIMEOUT_MS;
  const cancel = clock.after(DELIVER_TIMEOUT_MS, container.kill);
  try {
    const { batchItemFailures } = await container.invoke(
      { Records: records },
      { getRemainingTimeInMillis: () => deadline - clock.now() },
    );
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await remove(records.filter(({ messageId }) => !failed.has(messageId)));
  } catch {
    // A function error: the messages come again when their visibility timeout is over.
  } finally {
    cancel();
  }
};
