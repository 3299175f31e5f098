/** A clock moved by hand: every wait ends exactly when it is due, and takes no time. */

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs it after so many milliseconds; @returns what calls it off */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** When something is due next, milliseconds since 1970. */
  readonly next: () => number | undefined;
  /** Moves to that time, milliseconds since 1970, and runs what is due until then. */
  readonly advance: (to: number) => void;
}

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export const createClock = (start: number): Clock => {
  let now = start;
  /** The next one is the last; of those due at one time, the one that was set first. */
  const timers: Timer[] = [];

  const placeOf = (at: number): number => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timers[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  const after: Clock['after'] = (ms, run) => {
    const timer = { at: now + Math.max(0, ms), run };
    timers.splice(placeOf(timer.at), 0, timer);
    return () => {
      const index = timers.indexOf(timer, placeOf(timer.at));
      if (index !== -1) timers.splice(index, 1);
    };
  };

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    next: () => timers.at(-1)?.at,
    advance: (to) => {
      for (let timer = timers.at(-1); timer && timer.at <= to; timer = timers.at(-1)) {
        timers.pop();
        now = Math.max(now, timer.at);
        timer.run();
      }
      now = Math.max(now, to);
    },
  };
};
