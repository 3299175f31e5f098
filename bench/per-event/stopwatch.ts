/** Microseconds, and allocated bytes, of a piece of work that is done again and again. */
import { median } from '../statistics.ts';

export interface Cost {
  readonly microseconds: number;
  readonly bytes: number;
}

/** So short that on a busy machine most series still run undisturbed. */
const SERIES_MS = 2;

type Work = () => unknown;

/**
 * Several pieces of work, in turns, so that what slows the machine slows them all.
 *
 * Node has to run with --expose-gc, and with a new space that holds what is allocated meanwhile: then the heap has grown
 * by just that.
 */
export const costsOf = async (series: number, works: readonly Work[]): Promise<Cost[]> => {
  const candidates: { work: Work; times: number; costs: Cost[] }[] = [];
  for (const work of works) candidates.push({ work, times: await timesInSeries(work), costs: [] });
  global.gc?.();
  for (let round = 0; round < series; round += 1)
    for (const { work, times, costs } of candidates) costs.push(await once(work, times));
  return candidates.map(({ costs }) => ({
    microseconds: median(costs.map(({ microseconds }) => microseconds)),
    bytes: median(costs.map(({ bytes }) => bytes)),
  }));
};

const once = async (work: Work, times: number): Promise<Cost> => {
  const heap = held();
  const startedAt = performance.now();
  for (let time = 0; time < times; time += 1) await work();
  const took = performance.now() - startedAt;
  return { microseconds: (took * 1000) / times, bytes: (held() - heap) / times };
};

export const costOf = async (series: number, work: Work): Promise<Cost> => {
  const [cost] = await costsOf(series, [work]);
  if (!cost) throw new Error('one work has one cost');
  return cost;
};

/** How many times the work fits into a series, once it is warm. */
const timesInSeries = async (work: Work): Promise<number> => {
  const end = performance.now() + 2 * SERIES_MS;
  let times = 0;
  for (; performance.now() < end; times += 1) await work();
  return Math.ceil(times / 2);
};

const held = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
