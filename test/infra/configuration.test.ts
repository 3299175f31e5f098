import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConfigurationError, loadConfiguration } from '../../infra/configuration.ts';
import { expectProblems, good, GOOD, problemsOf } from './configuration-under-test.ts';
import type { Mistake } from './configuration-under-test.ts';

test.each<[title: string, content: string]>([
  ['the base of this table', GOOD],
  ['a bare yes, which YAML 1.2 reads as text', good('synchronous: "yes"', 'synchronous: yes')],
  ['a file with Windows line ends', GOOD.replaceAll('\n', '\r\n')],
  ['no condition', good('    when: "{% person.department = \'Sales\' %}"\n', '')],
  [
    'a number from an expression',
    good('synchronous: "yes"', 'limits-max-active-calls-total: "{% payload.calls %}"'),
  ],
  [
    'an alias',
    good('from: [hr, bus]', 'from: &all [hr, bus]').concat(
      '  - name: Twin\n    from: *all\n    queues: ["1"]\n    agent: { callqueue-agent-id: 1@acme.example, callqueue-agent-availability-type: manual }\n',
    ),
  ],
])('accepts %s', (_title, content) => {
  expect(problemsOf(content)).toEqual([]);
});

test.each<Mistake>([
  // the file
  ['an empty file', '', [['1:1 is empty', 'netsapiens, alarms, sources and rules']]],
  ['comments alone', '# nothing yet\n', [['1:1 is empty', '']]],
  ['text alone', 'hello', [['1:1 the file: ', 'must be a mapping']]],
  ['a list', '- netsapiens\n', [['1:1 the file: ', 'must be a mapping']]],
  ['two documents', `${GOOD}---\nnetsapiens: {}\n`, [['28:1 is not YAML', 'multiple documents']]],

  // YAML
  ['a tab for indentation', good('  server:', '\tserver:'), [['2:1 is not YAML', 'Tabs are not allowed']]],
  ['a quote left open', good('"{% body.mail %}"', '"{% body.mail %}'), [['15:30 is not YAML', 'closing']]],
  ['a bracket left open', good('[hr, bus]', '[hr, bus'), [['22:5 is not YAML', '']]],
  [
    'a key given twice',
    good('  domain:', '  server: other.example\n  domain:'),
    [['3:3 is not YAML', 'unique']],
  ],
  [
    'a colon inside plain text',
    good('name: Sales', 'name: Sales: Cork'),
    [['20:11 is not YAML', 'Nested mappings']],
  ],
  [
    'a percent sign without quotes',
    good('"{% body.mail %}"', '{% body.mail %}'),
    [['15:15 is not YAML', '']],
  ],
  ['a tag that YAML does not know', good('name: Sales', 'name: !env SALES'), [['20:11 is not YAML', 'tag']]],
  ['an alias without its anchor', good('[hr, bus]', '*all'), [['1:1 holds an alias', 'all']]],
  [
    'an alias within itself',
    good('{ source: [acme.hr] }', '&p { source: [*p] }'),
    [['1:1 holds an alias', '']],
  ],

  // netsapiens and alarms
  [
    'a scheme before the server',
    good('pbx.example.com', 'https://pbx.example.com'),
    [['2:11 netsapiens.server: ', 'https:// and /ns-api/v2 are added, here: "https://pbx.example.com"']],
  ],
  [
    'a path behind the server',
    good('pbx.example.com', 'pbx.example.com/ns-api/v2'),
    [['2:11 netsapiens.server: ', 'must be a host name alone']],
  ],
  [
    'no server',
    good('  server: pbx.example.com\n', ''),
    [['1:1 netsapiens.server: server is missing', 'must be']],
  ],
  [
    'every domain',
    good('domain: acme.example', 'domain: "*"'),
    [['3:11 netsapiens.domain: ', 'must be a NetSapiens domain']],
  ],
  [
    'a number for a domain',
    good('domain: acme.example', 'domain: 12'),
    [['3:11 netsapiens.domain: ', 'must be text, here: 12']],
  ],
  [
    'a key with a slip of the pen',
    good('  domain:', '  domian:'),
    [
      ['1:1 netsapiens.domain: domain is missing', ''],
      ['3:3 netsapiens.domian: ', 'domain is meant?'],
    ],
  ],
  [
    'a key from nowhere',
    good('  domain:', '  token: nss_secret\n  domain:'),
    [['3:3 netsapiens.token: ', 'is not known here: server, domain are']],
  ],
  [
    'no alarms',
    good('alarms:\n  email: ops@acme.example\n', ''),
    [['1:1 alarms: alarms is missing', 'must be a mapping']],
  ],
  [
    'no e-mail address',
    good('ops@acme.example', 'ops'),
    [['5:10 alarms.email: ', 'must be an e-mail address, here: "ops"']],
  ],
  [
    'a section with nothing in it',
    good('alarms:\n  email: ops@acme.example', 'alarms:'),
    [['4:1 alarms: ', 'must be a mapping of keys to values']],
  ],
])('refuses %s', (_title, content, expected) => {
  expectProblems(content, expected);
});

test('tells every problem at once, from top to bottom', () => {
  const problems = problemsOf(
    GOOD.replace('pbx.example.com', 'https://x')
      .replace('ops@acme.example', 'ops')
      .replace('["3000"]', '[all]'),
  );
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['2:11', '5:10', '23:14']);
});

test('does not repeat what was pasted under auth or at an unknown key', () => {
  const pasted = [
    good('      hmac:', '      token: hunter2\n      hmac:'),
    good('header: X-Signature', 'header: [hunter2]'),
    good('header: X-Signature', 'header: hunter 2'),
    good('  domain:', '  token: hunter2\n  domain:'),
  ];
  for (const content of pasted) {
    const problems = problemsOf(content);
    expect(problems).not.toEqual([]);
    expect(problems.join()).not.toMatch(/hunter/);
  }
});

test('names a file that is not there', () => {
  expect(() => loadConfiguration('/nowhere/onqueue.yaml')).toThrow(ConfigurationError);
  expect(() => loadConfiguration('/nowhere/onqueue.yaml')).toThrow(
    /^\/nowhere\/onqueue.yaml cannot be read: ENOENT/,
  );
});

test('names a file that is not UTF-8', () => {
  expect(problemsOf(Buffer.from(GOOD.replace('Sales', 'S\u00fcd'), 'latin1'))).toEqual([
    'FILE is not UTF-8 text',
  ]);
});

test('whatever the file holds, the loader ends with a configuration or a ConfigurationError', () => {
  const words = fc.constantFrom(
    ...GOOD.split(/(?<=[\s"{}[\]:,])/),
    ...[
      '- ',
      '? ',
      '&a ',
      '*a',
      '!!str ',
      '<<: ',
      '__proto__: ',
      'constructor: ',
      '---\n',
      '|\n',
      '\t',
      '#',
      "'",
      '%',
      '\0',
    ],
  );
  const scrambled = fc
    .tuple(fc.nat(GOOD.length), fc.nat(40), fc.array(words, { maxLength: 5 }))
    .map(([at, length, instead]) => GOOD.slice(0, at) + instead.join('') + GOOD.slice(at + length));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((parts) => parts.join('')),
    fc.json(),
    { arbitrary: scrambled, weight: 4 },
  );
  fc.assert(
    fc.property(text, (content) => {
      for (const problem of problemsOf(content)) expect(problem).toMatch(/^(\d+:\d+ |FILE )/);
    }),
    { numRuns: 400 },
  );
});
