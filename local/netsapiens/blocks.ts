/** Callers that are shut out for a time. At one operator a 403 blocks the caller's address, and haste makes it longer. */

export interface Blocks {
  /** Whether the caller is shut out just now; if so, having asked makes it longer. */
  readonly refuses: (caller: string) => boolean;
  readonly begin: (caller: string) => void;
}

/**
 * @param blockMs how long a block lasts, and by how much each request meanwhile lengthens it; 0: there are none
 * @param now milliseconds since 1970
 */
export const openBlocks = (blockMs: number, now: () => number): Blocks => {
  const ends = new Map<string, number>();
  return {
    refuses: (caller) => {
      const end = ends.get(caller) ?? 0;
      if (end <= now()) return false;
      ends.set(caller, end + blockMs);
      return true;
    },
    begin: (caller) => {
      ends.set(caller, now() + blockMs);
    },
  };
};
