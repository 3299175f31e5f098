/** What the rules name ahead of any event: queues, agents, fields. */
import type { Configuration } from '../../lambda/configuration.ts';
import { isExpression } from '../../lambda/expression.ts';
import { addAgentBodySchema } from '../../lambda/netsapiens/request.ts';
import { listed } from './report.ts';
import type { Finding } from './report.ts';

type Rules = Configuration['rules'];

/** What is written literally, and the names of the rules that do. */
export type Named = ReadonlyMap<string, readonly string[]>;

const named = (rules: Rules, valuesOf: (rule: Rules[number]) => readonly unknown[]): Named => {
  const found = new Map<string, string[]>();
  for (const rule of rules)
    for (const value of new Set(valuesOf(rule)))
      if (typeof value === 'string' && !isExpression(value))
        found.set(value, [...(found.get(value) ?? []), rule.name]);
  return found;
};

export const namedQueues = (rules: Rules): Named => named(rules, ({ queues }) => queues);
export const namedAgents = (rules: Rules): Named => named(rules, ({ agent }) => [agent[ID]]);

const ID = 'callqueue-agent-id';

/** `the rule "A"`, `the rules "A" and "B"` */
export const rulesText = (names: readonly string[]): string =>
  `the ${names.length === 1 ? 'rule' : 'rules'} ${listed(names.map((name) => `"${name}"`))}`;

export const looksPeopleUp = (rules: Rules): boolean => rules.some(({ agent }) => 'find' in agent);
export const looksDevicesUp = (rules: Rules): boolean =>
  rules.some(({ agent }) => 'find' in agent && 'as' in agent && agent['as'] === 'device');

/** Nothing can be posted to try them; their literal values were checked with the file. */
export const fieldsOf = (rules: Rules): Finding[] =>
  rules.flatMap(({ name, queues, agent }) => {
    const sent = Object.keys(addAgentBodySchema.shape).filter(
      (field) => field in agent || (field === ID && 'find' in agent),
    );
    const findings: Finding[] = [{ level: 'ok', about: 'rule', sentence: `"${name}" sends ${listed(sent)}` }];
    if (queues.some(isExpression))
      findings.push({
        level: 'skipped',
        about: 'rule',
        sentence: `"${name}" takes a queue from the event: it cannot be checked ahead`,
      });
    return findings;
  });
