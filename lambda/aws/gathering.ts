/**
 * Calls that are made together. What is worked on side by side often asks for the same thing in the same turn of the
 * event loop: that goes in one call.
 */
export interface Gathering<Asked, Answer> {
  /** As many as one call takes. */
  readonly most: number;
  /** One call cannot ask for two things of the same key: the second waits for the next. */
  readonly keyOf: (asked: Asked) => string;
  /** One call after the other: what is asked for while one is under way goes together in the next. */
  readonly inTurn: boolean;
  /** What is asked for by itself. */
  readonly alone: (asked: Asked) => Promise<Answer>;
  /** @returns the answers that there are; whatever got none is asked for alone */
  readonly together: (asked: readonly Asked[]) => Promise<ReadonlyMap<Asked, Promise<Answer>>>;
}

interface Waiter<Asked, Answer> {
  readonly asked: Asked;
  readonly resolve: (answer: Promise<Answer>) => void;
  readonly reject: (error: unknown) => void;
}

export const createGathering = <Asked, Answer>({
  most,
  keyOf,
  inTurn,
  alone,
  together,
}: Gathering<Asked, Answer>): ((asked: Asked) => Promise<Answer>) => {
  let waiting: Waiter<Asked, Answer>[] = [];
  let isCalling = false;

  const taken = (): Waiter<Asked, Answer>[] => {
    const keys = new Set<string>();
    const next: typeof waiting = [];
    const later: typeof waiting = [];
    for (const waiter of waiting) {
      const key = keyOf(waiter.asked);
      (next.length < most && !keys.has(key) ? next : later).push(waiter);
      keys.add(key);
    }
    waiting = later;
    return next;
  };

  const call = async (waiters: readonly Waiter<Asked, Answer>[]): Promise<void> => {
    const asked = waiters.map((waiter) => waiter.asked);
    const answers = asked.length > 1 ? await together(asked) : undefined;
    await Promise.allSettled(
      waiters.map((waiter) => {
        const answer = answers?.get(waiter.asked) ?? alone(waiter.asked);
        waiter.resolve(answer);
        return answer;
      }),
    );
  };

  const callAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const next = taken();
      const calling = call(next).catch((error: unknown) => {
        for (const { reject } of next) reject(error);
      });
      if (inTurn) await calling;
    }
    isCalling = false;
  };

  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      if (isCalling) return;
      isCalling = true;
      setImmediate(() => void callAll());
    });
};
