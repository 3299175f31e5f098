/** A run in figures, for a terminal. */
import { table } from '../demo/table.ts';
import { ENDS } from './judge.ts';
import type { Judgement } from './judge.ts';
import type { SoakRun } from './run.ts';

const MOST_DIFFERENCES = 20;

/** The smallest that so many percent do not exceed. */
const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;

const PERCENTS = [50, 90, 99, 100] as const;

const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
};

const counts = (title: string, rows: Iterable<readonly [string, number]>): string =>
  table(
    [
      { title, width: 70 },
      { title: 'count', width: 8 },
    ],
    [...rows].map(([name, count]) => [name, String(count)]),
  );

export const report = (run: SoakRun, judgement: Judgement): string => {
  const { accepted, ends, outcomes, differences, joined, attempts, delays } = judgement;
  const sum = ENDS.reduce((total, end) => total + ends[end], 0);
  const sortedAttempts = attempts.toSorted((a, b) => a - b);
  const sortedDelays = delays.toSorted((a, b) => a - b);
  const faults = [...run.happened.values()].reduce((total, count) => total + count, 0);
  return [
    counts('what every accepted event came to', [
      ...ENDS.map((end): [string, number] => [end, ends[end]]),
      ['sum', sum],
      ['accepted', accepted],
    ]),
    counts('outcomes of all deliveries', [...outcomes].toSorted()),
    counts('faults that happened', [...run.happened].toSorted()),
    table(
      [
        { title: 'percentile', width: 12 },
        { title: 'attempts', width: 10 },
        { title: 'from 202 to the end', width: 20 },
      ],
      PERCENTS.map((percent) => [
        `${percent} %`,
        String(percentile(sortedAttempts, percent)),
        duration(percentile(sortedDelays, percent)),
      ]),
    ),
    [
      `${faults} faults in ${duration(run.virtualMs)} of the run's own time, which took ${duration(run.realMs)};`,
      `${Math.round((accepted / run.realMs) * 1000)} events a second;`,
      `${joined.agents} agents are on queues and were not put there by hand, ${joined.said} outcomes say added;`,
      `${run.overwrites.length} agents added twice, ${run.left} messages left, ${accepted - sum} events unaccounted for.`,
    ].join(' '),
    differences.length === 0
      ? 'Nothing lost, nothing twice.'
      : [
          `${differences.length} DIFFERENCES`,
          ...differences.slice(0, MOST_DIFFERENCES),
          ...(differences.length > MOST_DIFFERENCES ? ['...'] : []),
        ].join('\n'),
  ].join('\n\n');
};
