import { expect, test } from 'vitest';
import { judge } from '../../local/soak/judge.ts';
import { soak } from '../../local/soak/run.ts';
import type { SoakRun } from '../../local/soak/run.ts';
import { VARIANTS } from './conformance/variants.ts';

const EVENTS = 200;
const SEED = 1;
/** Ten seconds where nobody else is at work. */
const TIMEOUT_MS = 120_000;

const sumOf = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

const faultsOf = (run: SoakRun, kind: RegExp): string[] =>
  [...run.happened.keys()].filter((name) => kind.test(name));

test(
  'two hundred events with everything going wrong: nothing lost, nothing twice',
  { timeout: TIMEOUT_MS },
  async () => {
    const run = await soak({ events: EVENTS, seed: SEED });
    const { accepted, ends, differences } = judge(run);
    expect(differences).toEqual([]);
    expect(accepted).toBe(EVENTS);
    expect(sumOf(ends)).toBe(EVENTS);
    expect(run.overwrites).toEqual([]);
    // A run in which nothing went wrong, or nothing of one kind was sent, would prove nothing.
    for (const end of Object.values(ends)) expect(end).toBeGreaterThan(0);
    for (const kind of [
      /^NetSapiens GET/,
      /^NetSapiens POST/,
      /^SQS/,
      /^DynamoDB/,
      /^killed before/,
      /^killed after/,
    ])
      expect(faultsOf(run, kind)).not.toEqual([]);
  },
);

test.each([
  'answers 202 before it sends',
  'swallows the failures of the batch',
  'adds without a look at who is there',
] as const)('the same run catches a system that %s', { timeout: TIMEOUT_MS }, async (variant) => {
  const run = await soak({ events: 40, seed: SEED, system: VARIANTS[variant] });
  expect(judge(run).differences).not.toEqual([]);
});
