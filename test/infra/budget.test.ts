import { expect, test } from 'vitest';
import { weigh } from '../../bench/size.ts';
import type { FunctionName } from '../../lambda/names.ts';

/**
 * What a bundle may weigh: every kilobyte and every module is loaded at each cold start, while a sender waits. A little
 * above what they weigh now, so that a new dependency is noticed and a bug fix is not.
 */
const BUDGETS: [FunctionName, { bytes: number; modules: number }][] = [
  ['receive', { bytes: 352_000, modules: 290 }],
  ['receive-event', { bytes: 196_000, modules: 78 }],
  ['deliver', { bytes: 370_000, modules: 270 }],
];

const weights = await weigh();

const ADVICE =
  'See what takes the room (npm run bench -- size). If it cannot go, or load later, see what it costs ' +
  '(npm run bench -- cold-start) and raise the budget in test/infra/budget.test.ts, with the reason in the commit.';

test.each(BUDGETS)('the bundle of %s keeps to its budget of %o', (name, budget) => {
  const { bytes, modules, packages } = weights[name];
  const heaviest = packages.slice(0, 5).map(([part, size]) => `${part} ${size}`);
  const overBudget = [
    ...(bytes > budget.bytes ? [`${bytes} bytes, ${budget.bytes} are allowed`] : []),
    ...(modules > budget.modules ? [`${modules} modules, ${budget.modules} are allowed`] : []),
  ];
  expect(
    overBudget,
    `${name} has outgrown its budget. ${ADVICE} The heaviest: ${heaviest.join(', ')}.`,
  ).toEqual([]);
});

test.each(BUDGETS)('the budget of %s is no more than a tenth above what it weighs', (name, budget) => {
  const { bytes, modules } = weights[name];
  const slack = `lower the budget of ${name} in test/infra/budget.test.ts: what was saved must not be spent unnoticed`;
  expect(budget.bytes, slack).toBeLessThan(bytes * 1.1);
  expect(budget.modules, slack).toBeLessThan(modules * 1.1);
});
