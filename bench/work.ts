/** What the functions do with an event beside waiting for others: microseconds and allocated bytes. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Report } from './report.ts';
import { median, sum } from './statistics.ts';
import { COUNTS, OTHERS } from './per-event/rules.ts';
import type { Others } from './per-event/rules.ts';

const cost = z.object({ microseconds: z.number(), bytes: z.number() });
const resultSchema = z.object({
  bySender: z.array(
    z.object({
      name: z.string(),
      bodyBytes: z.number(),
      verify: cost,
      read: cost,
      write: cost,
      take: cost,
      decide: cost,
    }),
  ),
  byRules: z.array(cost.extend({ count: z.number(), others: z.enum(OTHERS) })),
  compileMicroseconds: z.number(),
});

const STEPS = ['verify', 'read', 'write', 'take', 'decide'] as const;

/**
 * What is linear costs the same each. A thousand compiled rules, and what they allocate for one event, do not fit a
 * processor's nearest memory, a hundred do. What is quadratic would be ten times as much.
 */
const MOST_GROWTH = 3;

/** Large enough that nothing is collected while a series runs: what is allocated is then what the heap has grown by. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

export const work = async (): Promise<Report> => {
  const main = join(import.meta.dirname, 'per-event/main.ts');
  const { stdout } = await promisify(execFile)(execPath, [...FLAGS, main]);
  const { bySender, byRules, compileMicroseconds } = resultSchema.parse(JSON.parse(stdout));
  const rulesCost = (count: number, others: Others) => {
    const found = byRules.find((row) => row.count === count && row.others === others);
    if (!found) throw new Error(`${count} rules ${others} were not measured`);
    return found;
  };
  const flat =
    rulesCost(1000, 'of other sources').microseconds / rulesCost(1, 'of other sources').microseconds;
  const perRule = (from: number, to: number): number =>
    (rulesCost(to, 'of this source').microseconds - rulesCost(from, 'of this source').microseconds) /
    (to - from);
  const growth = perRule(100, 1000) / perRule(1, 100);
  const rows = bySender.map((row) => ({
    ...row,
    sum: sum(STEPS.map((step) => row[step].microseconds)),
    allocated: sum(STEPS.map((step) => row[step].bytes)),
  }));
  return {
    title: 'Work per event',
    about:
      'One delivery of each sender through the parts that compute, in one warm process: microseconds (medians of 25 short series) and kilobytes allocated. ' +
      'verify and read are the work of `receive`, write makes the queue message, take reads it in `deliver`, decide matches, maps and validates by the one rule of its source.',
    tables: [
      {
        head: ['µs for a delivery of', 'body, bytes', ...STEPS, 'sum', 'kB allocated'],
        rows: [
          ...rows.map((row) => [
            row.name,
            String(row.bodyBytes),
            ...STEPS.map((step) => row[step].microseconds.toFixed(0)),
            row.sum.toFixed(0),
            (row.allocated / 1000).toFixed(0),
          ]),
          [
            'median',
            median(rows.map(({ bodyBytes }) => bodyBytes)).toFixed(0),
            ...STEPS.map((step) => median(rows.map((row) => row[step].microseconds)).toFixed(0)),
            median(rows.map(({ sum }) => sum)).toFixed(0),
            median(rows.map(({ allocated }) => allocated / 1000)).toFixed(0),
          ],
        ],
      },
      {
        head: ['decide, µs and kB', ...COUNTS.map((count) => `${count} rules`)],
        rows: OTHERS.map((others) => [
          `the others ${others}`,
          ...COUNTS.map((count) => {
            const { microseconds, bytes } = rulesCost(count, others);
            return `${microseconds.toFixed(0)} µs, ${(bytes / 1000).toFixed(0)} kB`;
          }),
        ]),
      },
    ],
    goals: [
      {
        text: `999 rules of other sources cost nothing: ${flat.toFixed(2)} times the time of one rule alone, at most 1.25`,
        met: flat <= 1.25,
      },
      {
        text: `rules of this source cost the same each: ${perRule(100, 1000).toFixed(1)} µs beyond a hundred, ${growth.toFixed(2)} times that of the first hundred, at most ${MOST_GROWTH}`,
        met: growth <= MOST_GROWTH,
      },
    ],
    notes: [
      `JSONata is compiled once, when a process starts: ${compileMicroseconds.toFixed(0)} µs a rule; deciding by it takes ${perRule(100, 1000).toFixed(1)} µs.`,
    ],
  };
};
