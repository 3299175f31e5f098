/** NetSapiens' operators ask for few calls: a cap on those at the same time and on those in a second, per container. */

/** Does the work when its turn has come. Whoever comes first is first; work that fails makes room like any other. */
export type Pace = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param limits.perSecond by spacing: the next start is not sooner than 1000 / perSecond ms after the last
 * @param parts.now milliseconds
 */
export const createPace = (
  { parallel, perSecond }: { readonly parallel: number; readonly perSecond: number },
  { now, sleep }: { readonly now: () => number; readonly sleep: (ms: number) => Promise<void> },
): Pace => {
  const interval = 1000 / perSecond;
  let lastStart = -Infinity;
  let running = 0;
  let freed = (): void => undefined;
  let line = Promise.resolve();

  /** A timer may fire early, and a clock may be set back: then nothing is waited for that nobody can name. */
  const tooSoon = (): number => {
    const since = now() - lastStart;
    return since < 0 ? 0 : Math.ceil(interval - since);
  };

  /** One at a time: whoever waits here is the first in line. */
  const admit = async (): Promise<void> => {
    if (running >= parallel)
      await new Promise<void>((resolve) => {
        freed = resolve;
      });
    for (let ms = tooSoon(); ms > 0; ms = tooSoon()) await sleep(ms);
    lastStart = now();
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
