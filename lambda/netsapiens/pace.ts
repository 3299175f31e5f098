/** NetSapiens' operators ask for few calls: a cap on those at the same time and on those in a second, per container. */

/** Does the work when its turn has come. Whoever comes first is first; work that fails makes room like any other. */
export type Pace = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * @param limits.perSecond no second sees more starts than this; what is less than one is spread over more seconds
 * @param parts.now milliseconds
 */
export const createPace = (
  { parallel, perSecond }: { readonly parallel: number; readonly perSecond: number },
  { now, sleep }: { readonly now: () => number; readonly sleep: (ms: number) => Promise<unknown> },
): Pace => {
  const most = Math.max(1, Math.floor(perSecond));
  const window = 1000 / Math.min(1, perSecond);
  /** When the last so many began, the oldest first. */
  const starts: number[] = [];
  let running = 0;
  let inLine = 0;
  let freed = (): void => undefined;
  let line = Promise.resolve();

  const begin = (): void => {
    if (starts.length === most) starts.shift();
    starts.push(now());
    running += 1;
  };
  /** Milliseconds until there may be another start. */
  const wait = (): number => {
    const oldest = starts.length < most ? undefined : starts[0];
    // A clock that was set back makes nobody wait longer than a window.
    return oldest === undefined ? 0 : Math.min(oldest + window - now(), window);
  };

  /** One at a time: whoever waits here is the first in line. */
  const admit = async (): Promise<void> => {
    if (running >= parallel)
      await new Promise<void>((resolve) => {
        freed = resolve;
      });
    const ms = wait();
    if (ms > 0) await sleep(Math.ceil(ms));
    begin();
    inLine -= 1;
  };

  return async (work) => {
    if (inLine === 0 && running < parallel && wait() <= 0) begin();
    else {
      inLine += 1;
      line = line.then(admit);
      await line;
    }
    try {
      return await work();
    } finally {
      running -= 1;
      freed();
    }
  };
};
