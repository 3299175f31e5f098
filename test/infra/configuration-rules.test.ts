import { test } from 'vitest';
import { expectProblems, good, GOOD } from './configuration-under-test.ts';
import type { Mistake } from './configuration-under-test.ts';

test.each<Mistake>([
  [
    'rules without the dash',
    good('  - name: Sales\n', '    name: Sales\n'),
    [['19:1 rules: ', 'must be a list']],
  ],
  [
    'a source that is not there',
    good('[hr, bus]', '[hr, buss]'),
    [['21:16 rules[0].from[1]: ', '"buss" is no source: hr, bus are']],
  ],
  [
    'one source without brackets',
    good('from: [hr, bus]', 'from: hr'),
    [['21:11 rules[0].from: ', 'must be a list, here: "hr"']],
  ],
  [
    'no source at all',
    good('from: [hr, bus]', 'from: []'),
    [['21:5 rules[0].from: ', 'must name at least one source']],
  ],
  [
    'a condition that is no expression',
    good('"{% person.department = \'Sales\' %}"', 'person.department'),
    [['22:11 rules[0].when: ', 'must be an expression: "{% ... %}"']],
  ],
  [
    'a condition that is true',
    good('"{% person.department = \'Sales\' %}"', 'true'),
    [['22:11 rules[0].when: ', 'must be an expression']],
  ],
  [
    'half an expression',
    good("'@acme.example' %}\"", "'@acme.example'\""),
    [['25:27 rules[0].agent.callqueue-agent-id: ', 'must be "user@domain"']],
  ],
  [
    'JSONata with a mistake',
    good("department = 'Sales'", "department = = 'Sales'"),
    [['22:11 rules[0].when: ', 'is not JSONata']],
  ],
  [
    'a word that an event does not have',
    good('person.department', 'persona.department'),
    [['22:11 rules[0].when: ', '"persona" is not known here: id, source']],
  ],
  [
    'a field that a person does not have',
    good('person.department', 'person.departement'),
    [['22:11 rules[0].when: ', 'person has no "departement"']],
  ],
  ['an unquoted queue', good('["3000"]', '[3000]'), [['23:14 rules[0].queues[0]: ', 'in quotes, as "3000"']]],
  [
    'an unquoted queue with a leading zero',
    good('["3000"]', '["3000", 0300]'),
    [['23:22 rules[0].queues[1]: ', 'in quotes']],
  ],
  ['every queue', good('["3000"]', '[all]'), [['23:14 rules[0].queues[0]: ', 'not "all"']]],
  [
    'a queue that is a path',
    good('["3000"]', '["../3000"]'),
    [['23:14 rules[0].queues[0]: ', 'must be the extension of a call queue']],
  ],
  [
    'a rule without queues',
    good('    queues: ["3000"]\n', ''),
    [['20:5 rules[0].queues: queues is missing', 'must be']],
  ],
  [
    'a rule without a name',
    good('name: Sales\n    from', 'from'),
    [['20:5 rules[0].name: name is missing', 'must be text']],
  ],
  ['an empty name', good('name: Sales', 'name: ""'), [['20:11 rules[0].name: ', 'must not be empty']]],
  [
    'a slip in a rule',
    good('    queues:', '    queue: x\n    queues:'),
    [['23:5 rules[0].queue: ', 'queues is meant?']],
  ],
  [
    'a name given twice',
    `${GOOD}${GOOD.slice(GOOD.indexOf('  - name'))}`,
    [['28:11 rules[1].name: ', 'rule 1 has the same name']],
  ],
  [
    'no availability type',
    good('      callqueue-agent-availability-type: manual\n', ''),
    [
      [
        '24:5 rules[0].agent: ',
        'callqueue-agent-availability-type is missing: it decides whether the phone rings today',
      ],
    ],
  ],
  [
    'an unknown availability type',
    good(': manual', ': on'),
    [['26:42 rules[0].agent.callqueue-agent-availability-type: ', 'automatic']],
  ],
  [
    'a slip in an agent field',
    good('      synchronous:', '      synchronus:'),
    [['27:7 rules[0].agent.synchronus: ', 'synchronous']],
  ],
  [
    'true for yes',
    good('synchronous: "yes"', 'synchronous: true'),
    [['27:20 rules[0].agent.synchronous: ', 'must be "yes" or "no"']],
  ],
  [
    'text for a number',
    good('synchronous: "yes"', 'limits-max-active-calls-total: "1"'),
    [['27:38 rules[0].agent.limits-max-active-calls-total: ', 'number']],
  ],
  [
    'another domain than that of netsapiens',
    good('synchronous: "yes"', 'domain: other.example'),
    [['27:15 rules[0].agent.domain: ', 'must be acme.example']],
  ],
  [
    'another queue than that of the rule',
    good('synchronous: "yes"', 'callqueue: "4000"'),
    [['27:18 rules[0].agent.callqueue: ', "the rule's one queue"]],
  ],
  [
    'an agent of another domain',
    good('"{% person.extension & \'@acme.example\' %}"', '100@other.example'),
    [['25:27 rules[0].agent.callqueue-agent-id: ', 'must be of the domain acme.example']],
  ],
])('refuses %s', (_title, content, expected) => {
  expectProblems(content, expected);
});
