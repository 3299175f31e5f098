/** Knows whether anything is under way in real time: only when nothing is may a clock moved by hand be moved. */
import { setImmediate } from 'node:timers/promises';

export interface Activity {
  /** Counts work as under way until it has ended. */
  readonly track: <T>(work: Promise<T>) => Promise<T>;
  /** Waits for some of the work under way to end. @returns false where there is none, and none came of what was last */
  readonly moves: () => Promise<boolean>;
}

export const createActivity = (): Activity => {
  let underWay = 0;
  let begun = 0;
  let wake = (): void => undefined;

  return {
    track: async (work) => {
      underWay += 1;
      begun += 1;
      try {
        return await work;
      } finally {
        underWay -= 1;
        wake();
      }
    },
    moves: async () => {
      const before = begun;
      if (underWay > 0) await new Promise<void>((resolve) => (wake = resolve));
      // What waited for the end of it goes on in microtasks, which are over by then; and what is gathered into one call
      // is called a turn later.
      await setImmediate();
      await setImmediate();
      return underWay > 0 || begun !== before;
    },
  };
};
