import { expect, test } from 'vitest';
import { problemsOf } from './configuration-under-test.ts';

/** A rule that finds a person, waits, names a day and can be cancelled. */
const WAITS = `netsapiens:
  server: pbx.example.com
  domain: acme.example
alarms:
  email: ops@acme.example
sources:
  bus:
    type: eventbridge
    pattern: { source: [acme.hr] }
onTheDay: { timeZone: Europe/London }
limits: { parallelCalls: 8, callsPerSecond: 20 }
rules:
  - name: Sales
    from: [bus]
    queues: ["3000"]
    on: "{% person.startDate %}"
    waitFor: 7 days
    cancelWhen: "{% person.status = 'left' %}"
    agent:
      find: { email: "{% person.email %}" }
      as: user
      callqueue-agent-availability-type: manual
`;
const waits = (written: string, instead: string): string => {
  expect(WAITS.split(written)).toHaveLength(2);
  return WAITS.replace(written, () => instead);
};

const BY_EMAIL = '{ email: "{% person.email %}" }';
const START = '"{% person.startDate %}"';
const WORDS = 'id, source, type, subject, time, person, ticket, payload are';
const PERSON =
  'it may have id, email, extension, workPhone, name, department, division, location, title, employeeNumber, startDate, status, changedFields';
const ONE_OF_THREE = `must have exactly one of email, extension and name, as ${BY_EMAIL}`;
const NO_ZONE = 'must be a time zone of the IANA list, as Europe/London, or UTC';
const NO_HOUR = 'must be a full hour, 0 to 23';
const NO_DAY = `must be an expression, as ${START}, or { date: ..., hour: ..., timeZone: ... }`;
const NO_SPAN = 'must be a time as "7 days" or "12 hours"';
const NOBODY = `callqueue-agent-id or find is missing: as "{% person.extension & '@acme.example' %}", or ${BY_EMAIL}`;
const AS_ALONE = 'as goes with find: callqueue-agent-id says by itself whether it is a user or a device';
const ID = `callqueue-agent-id: "{% person.extension & '@acme.example' %}"`;

test.each<[title: string, content: string]>([
  ['the base of this table', WAITS],
  ['an extension', waits(BY_EMAIL, '{ extension: "{% person.extension %}" }')],
  ['a name, as a device', waits(BY_EMAIL, '{ name: "{% person.name %}" }').replace('as: user', 'as: device')],
  ['a literal', waits(BY_EMAIL, '{ name: Jane Doe }')],
  ['find alone', waits('      as: user\n', '')],
  ['find with the token’s own domain', waits('domain: acme.example', 'domain: "~"')],
  ['a day in a mapping', waits(START, `{ date: ${START}, hour: 9, timeZone: Asia/Tokyo }`)],
  ['a date alone', waits(START, `{ date: ${START} }`)],
  [
    'a time zone of the rule’s own, and none of the file’s',
    waits(START, `{ date: ${START}, timeZone: UTC }`).replace('onTheDay: { timeZone: Europe/London }\n', ''),
  ],
  ['no day, and no time zone', waits(`    on: ${START}\n`, '').replace(/^onTheDay.*\n/m, '')],
  ['midnight', waits('timeZone: Europe/London', 'timeZone: Europe/London, hour: 0')],
  ['the last hour', waits('timeZone: Europe/London', 'timeZone: Europe/London, hour: 23')],
  ['no wait', waits('7 days', '0 days')],
  ['one hour', waits('7 days', '1 hour')],
  ['the longest wait', waits('7 days', '90 days')],
  ['the longest wait in hours', waits('7 days', '2160 hours')],
  ['the smallest limits', waits('8, callsPerSecond: 20', '4, callsPerSecond: 1')],
  ['the largest limits', waits('8, callsPerSecond: 20', '100, callsPerSecond: 1000')],
  ['limits that say nothing', waits('{ parallelCalls: 8, callsPerSecond: 20 }', '{}')],
  ['debug', `${WAITS}debug: true\n`],
])('accepts %s', (_title, content) => expect(problemsOf(content)).toEqual([]));

/** Each problem as it is told, to the letter. */
test.each<[title: string, content: string, problems: string[]]>([
  // find and as
  ['find by nothing', waits(BY_EMAIL, '{}'), [`20:7 rules[0].agent.find: ${ONE_OF_THREE}`]],
  [
    'find by two',
    waits(BY_EMAIL, '{ email: "{% person.email %}", name: "{% person.name %}" }'),
    [`20:7 rules[0].agent.find: ${ONE_OF_THREE}`],
  ],
  [
    'find without saying by what',
    waits(BY_EMAIL, '"{% person.email %}"'),
    [`20:13 rules[0].agent.find: ${ONE_OF_THREE}, here: "{% person.email %}"`],
  ],
  ['find left empty', waits(` ${BY_EMAIL}`, ''), [`20:7 rules[0].agent.find: ${ONE_OF_THREE}`]],
  [
    'a slip in find',
    waits(BY_EMAIL, '{ mail: "{% person.email %}" }'),
    [
      `20:7 rules[0].agent.find: ${ONE_OF_THREE}`,
      '20:15 rules[0].agent.find.mail: is not known; email is meant?',
    ],
  ],
  [
    'more in find than there is',
    waits(BY_EMAIL, '{ email: "{% person.email %}", department: Sales }'),
    ['20:44 rules[0].agent.find.department: is not known here: email, extension, name are'],
  ],
  [
    'an extension without quotes',
    waits(BY_EMAIL, '{ extension: 100 }'),
    ['20:26 rules[0].agent.find.extension: must be text, here: 100'],
  ],
  [
    'an expression with text around it',
    waits(BY_EMAIL, '{ email: "mailto:{% person.email %}" }'),
    [
      '20:22 rules[0].agent.find.email: an expression must be the whole value: "{% ... %}" with nothing around it (join texts inside with &)',
    ],
  ],
  [
    'JSONata with a mistake in find',
    waits(BY_EMAIL, '{ email: "{% person.( %}" }'),
    ['20:22 rules[0].agent.find.email: is not JSONata: Expected ")" before end of expression'],
  ],
  [
    'a word that no event has, in find',
    waits(BY_EMAIL, '{ email: "{% persona.email %}" }'),
    [`20:22 rules[0].agent.find.email: "persona" is not known here: ${WORDS}`],
  ],
  [
    'a field that no person has, in find',
    waits(BY_EMAIL, '{ email: "{% person.mail %}" }'),
    [`20:22 rules[0].agent.find.email: person has no "mail": ${PERSON}`],
  ],
  [
    'find beside an agent id',
    waits('as: user', ID),
    ['19:5 rules[0].agent: callqueue-agent-id says who joins, and find does too: only one of them can'],
  ],
  ['nobody', waits(`      find: ${BY_EMAIL}\n      as: user\n`, ''), [`19:5 rules[0].agent: ${NOBODY}`]],
  [
    'as without anybody',
    waits(`      find: ${BY_EMAIL}\n`, ''),
    [`19:5 rules[0].agent: ${NOBODY}`, `19:5 rules[0].agent: ${AS_ALONE}`],
  ],
  ['as beside an agent id', waits(`find: ${BY_EMAIL}`, ID), [`19:5 rules[0].agent: ${AS_ALONE}`]],
  [
    'as something else',
    waits('as: user', 'as: phone'),
    ['21:11 rules[0].agent.as: must be user or device, here: "phone"'],
  ],
  [
    'as an event says',
    waits('as: user', 'as: "{% person.status %}"'),
    ['21:11 rules[0].agent.as: must be user or device, here: "{% person.status %}"'],
  ],

  // the day
  [
    'a day without a time zone',
    waits('onTheDay: { timeZone: Europe/London }\n', ''),
    [
      '15:9 rules[0].on: needs a time zone: write onTheDay: { timeZone: Europe/London } at the top, or a timeZone beside the date',
    ],
  ],
  [
    'a mapping without a time zone',
    waits('onTheDay: { timeZone: Europe/London }\n', '').replace(START, `{ date: ${START}, hour: 9 }`),
    [
      '15:5 rules[0].on: needs a time zone: write onTheDay: { timeZone: Europe/London } at the top, or a timeZone beside the date',
    ],
  ],
  [
    'onTheDay without a time zone',
    waits('{ timeZone: Europe/London }', '{ hour: 7 }'),
    [`10:1 onTheDay.timeZone: timeZone is missing: ${NO_ZONE}`],
  ],
  [
    'a slip in a time zone',
    waits('Europe/London', 'Europe/Londn'),
    [`10:23 onTheDay.timeZone: ${NO_ZONE}, here: "Europe/Londn"`],
  ],
  [
    'an abbreviation, which Node takes for Bangladesh',
    waits('Europe/London', 'BST'),
    [`10:23 onTheDay.timeZone: ${NO_ZONE}, here: "BST"`],
  ],
  ['an offset', waits('Europe/London', '"+01:00"'), [`10:23 onTheDay.timeZone: ${NO_ZONE}, here: "+01:00"`]],
  ['a number for a time zone', waits('Europe/London', '1'), [`10:23 onTheDay.timeZone: ${NO_ZONE}, here: 1`]],
  ...['24', '-1', '7.5', '"7"', '"7:00"', 'true'].map((hour): [string, string, string[]] => [
    `${hour} for an hour`,
    waits('timeZone: Europe/London', `hour: ${hour}, timeZone: Europe/London`),
    [`10:19 onTheDay.hour: ${NO_HOUR}, here: ${hour}`],
  ]),
  [
    'a slip in onTheDay',
    waits('timeZone: Europe/London', 'timeZone: Europe/London, hours: 7'),
    ['10:38 onTheDay.hours: is not known; hour is meant?'],
  ],
  [
    'a date of the operator’s',
    waits(START, '"2026-12-01"'),
    [`16:9 rules[0].on: ${NO_DAY}, here: "2026-12-01"`],
  ],
  ['a date without quotes', waits(START, '2026-12-01'), [`16:9 rules[0].on: ${NO_DAY}, here: "2026-12-01"`]],
  ['a day left empty', waits(` ${START}`, ''), [`16:5 rules[0].on: ${NO_DAY}`]],
  ['a list of days', waits(START, `[${START}]`), [`16:5 rules[0].on: ${NO_DAY}`]],
  [
    'JSONata with a mistake in a day',
    waits(START, '"{% person.( %}"'),
    ['16:9 rules[0].on: is not JSONata: Expected ")" before end of expression'],
  ],
  [
    'a word that no event has, as a day',
    waits(START, '"{% start %}"'),
    [`16:9 rules[0].on: "start" is not known here: ${WORDS}`],
  ],
  [
    'a field that no person has, as a date',
    waits(START, '{ date: "{% person.start %}" }'),
    [`16:17 rules[0].on.date: person has no "start": ${PERSON}`],
  ],
  [
    'a mapping without a date',
    waits(START, '{ hour: 7 }'),
    ['16:5 rules[0].on.date: date is missing: must be an expression in quotes: "{% ... %}"'],
  ],
  [
    'a date that is none of the event’s',
    waits(START, '{ date: "2026-12-01" }'),
    ['16:17 rules[0].on.date: must be an expression: "{% ... %}", here: "2026-12-01"'],
  ],
  [
    'an hour and a time zone of the rule’s own that are none',
    waits(START, `{ date: ${START}, hour: 25, timeZone: Mars }`),
    [`16:49 rules[0].on.hour: ${NO_HOUR}, here: 25`, `16:63 rules[0].on.timeZone: ${NO_ZONE}, here: "Mars"`],
  ],
  [
    'a slip beside a date',
    waits(START, `{ date: ${START}, hours: 7 }`),
    ['16:43 rules[0].on.hours: is not known; hour is meant?'],
  ],

  // waitFor and cancelWhen
  ...['7', '7 weeks', 'a week', '7 Days', '10000 days', '-1 days'].map((span): [string, string, string[]] => [
    `a wait of "${span}"`,
    waits('7 days', span),
    [`17:14 rules[0].waitFor: ${NO_SPAN}, here: ${span === '7' ? '7' : JSON.stringify(span)}`],
  ]),
  ...['91 days', '2161 hours'].map((span): [string, string, string[]] => [
    `a wait of ${span}`,
    waits('7 days', span),
    [`17:14 rules[0].waitFor: must be 90 days at the most, here: "${span}"`],
  ]),
  [
    'a slip in waitFor',
    waits('waitFor', 'waitfor'),
    ['17:5 rules[0].waitfor: is not known; waitFor is meant?'],
  ],
  [
    'a condition of cancelling that is true',
    waits('"{% person.status = \'left\' %}"', 'true'),
    ['18:17 rules[0].cancelWhen: must be an expression in quotes: "{% ... %}", here: true'],
  ],
  [
    'a condition of cancelling that is text',
    waits('"{% person.status = \'left\' %}"', 'left'),
    ['18:17 rules[0].cancelWhen: must be an expression: "{% ... %}", here: "left"'],
  ],
  [
    'a field that no person has, in a condition of cancelling',
    waits('person.status', 'person.state'),
    [`18:17 rules[0].cancelWhen: person has no "state": ${PERSON}`],
  ],

  // limits and debug
  [
    'fewer calls side by side than executions',
    waits('parallelCalls: 8', 'parallelCalls: 3'),
    [
      '11:26 limits.parallelCalls: must be at least 4: so many executions may be at work, with a call each, here: 3',
    ],
  ],
  [
    'too many calls side by side',
    waits('parallelCalls: 8', 'parallelCalls: 101'),
    ['11:26 limits.parallelCalls: must be at most 100, here: 101'],
  ],
  [
    'half a call',
    waits('parallelCalls: 8', 'parallelCalls: 4.5'),
    ['11:26 limits.parallelCalls: must be a whole number, here: 4.5'],
  ],
  [
    'no call a second',
    waits('callsPerSecond: 20', 'callsPerSecond: 0'),
    ['11:45 limits.callsPerSecond: must be at least 1, here: 0'],
  ],
  [
    'too many calls a second',
    waits('callsPerSecond: 20', 'callsPerSecond: 10001'),
    ['11:45 limits.callsPerSecond: must be at most 10000, here: 10001'],
  ],
  [
    'a limit that there is not',
    waits('callsPerSecond: 20', 'callsPerMinute: 20'),
    ['11:29 limits.callsPerMinute: is not known here: parallelCalls, callsPerSecond are'],
  ],
  [
    'a limit of all',
    waits('{ parallelCalls: 8, callsPerSecond: 20 }', '8'),
    ['11:9 limits: must be a mapping of keys to values, here: 8'],
  ],
  ['yes to debug', `${WAITS}debug: yes\n`, ['23:8 debug: must be true or false, here: "yes"']],
])('refuses %s', (_title, content, expected) => expect(problemsOf(content)).toEqual(expected));
