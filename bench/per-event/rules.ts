/** One event, and rules in growing numbers, of which the first wants it. */
import { join } from 'node:path';
import { loadConfiguration } from '../../infra/configuration.ts';
import { createRules } from '../../lambda/rules/rule.ts';
import { queuedHire } from '../events.ts';

export const COUNTS = [1, 10, 100, 1000] as const;

const { netsapiens, rules } = loadConfiguration(join(import.meta.dirname, '../through/onqueue.yaml'));

/** What the other rules have to do with the event: they are for other sources, or their `when` is false. */
export const OTHERS = ['of other sources', 'of this source'] as const;
export type Others = (typeof OTHERS)[number];

const [first] = rules;
if (!first) throw new Error('the file has a rule');

const ruleSet = (count: number, others: Others) => ({
  netsapiens,
  rules: Array.from({ length: count }, (_, index): typeof first => {
    if (index === 0) return first;
    const rule = { ...first, name: `Rule ${index}` };
    return others === 'of other sources'
      ? { ...rule, from: [`source-${index % 50}`] }
      : { ...rule, when: `{% person.department = 'Team ${index}' and $exists(person.extension) %}` };
  }),
});

export const compile = (count: number, others: Others) => createRules(ruleSet(count, others));

const event = queuedHire('501', '1001');

export const decision = (count: number, others: Others): (() => Promise<void>) => {
  const read = compile(count, others);
  return async () => {
    const { requests } = await read(event);
    if (requests.length !== 1) throw new Error(`${requests.length} requests, one is due`);
  };
};
