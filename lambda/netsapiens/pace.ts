/** NetSapiens' operators ask for few calls: a cap on those at the same time and on those in a second, per container. */

/** Does the work when its turn has come. Whoever comes first is first; work that fails makes room like any other. */
export type Pace = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param limits.perSecond by spacing: the next start is due 1000 / perSecond ms after the last was
 * @param parts.now milliseconds
 */
export const createPace = (
  { parallel, perSecond }: { readonly parallel: number; readonly perSecond: number },
  { now, sleep }: { readonly now: () => number; readonly sleep: (ms: number) => Promise<unknown> },
): Pace => {
  const interval = 1000 / perSecond;
  let due = -Infinity;
  let running = 0;
  let freed = (): void => undefined;
  let line = Promise.resolve();

  /** One at a time: whoever waits here is the first in line. */
  const admit = async (): Promise<void> => {
    if (running >= parallel)
      await new Promise<void>((resolve) => {
        freed = resolve;
      });
    // Only a clock that was set back is farther from what is due than that.
    due = Math.min(due, now() + 2 * interval);
    const wait = Math.ceil(due - now());
    if (wait > 0) await sleep(wait);
    due = Math.max(due, now()) + interval;
    running += 1;
  };

  return async (work) => {
    line = line.then(admit);
    await line;
    try {
      return await work();
    } finally {
      running -= 1;
      freed();
    }
  };
};
