/** Microseconds, and allocated bytes, of a piece of work that is done again and again. */
import { median } from '../statistics.ts';

export interface Cost {
  readonly microseconds: number;
  readonly bytes: number;
}

/** So short that on a busy machine most series still run undisturbed. */
const SERIES_MS = 2;

/**
 * Node has to run with --expose-gc, and with a new space that holds what is allocated meanwhile: then the heap has grown
 * by just that.
 */
export const costOf = async (series: number, work: () => unknown): Promise<Cost> => {
  const times = await timesInSeries(work);
  const costs: Cost[] = [];
  global.gc?.();
  for (let round = 0; round < series; round += 1) {
    const heap = held();
    const startedAt = performance.now();
    for (let time = 0; time < times; time += 1) await work();
    const took = performance.now() - startedAt;
    costs.push({ microseconds: (took * 1000) / times, bytes: (held() - heap) / times });
  }
  return {
    microseconds: median(costs.map(({ microseconds }) => microseconds)),
    bytes: median(costs.map(({ bytes }) => bytes)),
  };
};

/** How many times the work fits into a series, once it is warm. */
const timesInSeries = async (work: () => unknown): Promise<number> => {
  const end = performance.now() + 2 * SERIES_MS;
  let times = 0;
  for (; performance.now() < end; times += 1) await work();
  return Math.ceil(times / 2);
};

const held = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
