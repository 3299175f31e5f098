import { expect, it } from 'vitest';
import { differences } from '../../../local/demo/judge.ts';
import type { Seen } from '../../../local/demo/judge.ts';
import type { Step } from '../../../local/demo/step.ts';

const ADDED = {
  source: 'bamboohr',
  type: 'employee.updated',
  subject: '501',
  outcome: 'added',
  code: 'agent-added',
  rule: 'Support',
  queue: '3000',
  agent: '1001@acme.example',
} as const;
const PARKED = {
  source: 'bamboohr',
  type: 'bamboohr.unrecognized',
  outcome: 'parked',
  code: 'payload-unrecognized',
  owner: 'event',
} as const;
const WRITE = { method: 'POST', path: '/agents', body: { a: 1, b: { c: 2, d: [1, 2] } } };

const step: Step = {
  title: 'a step',
  send: { to: 'bamboohr', sign: () => ({ headers: {}, body: '' }) },
  status: 202,
  outcomes: [ADDED, PARKED],
  writes: [WRITE],
};
const right: Seen = {
  status: 202,
  headers: { 'content-type': 'text/plain' },
  body: 'challenge',
  outcomes: [
    { ...PARKED, id: 'e2', subject: 'e2' },
    { ...ADDED, id: 'e1' },
  ],
  writes: [{ ...WRITE, body: { b: { d: [1, 2], c: 2 }, a: 1 } }],
};

const ADDED_LINE =
  'source bamboohr, type employee.updated, subject 501, outcome added, code agent-added, rule Support, queue 3000, agent 1001@acme.example';

it.each<[string, Partial<Seen>, string[]]>([
  ['nothing, whatever the order', {}, []],
  ['nothing, where NetSapiens cannot be looked into', { writes: undefined }, []],
  ['the status', { status: 401 }, ['the sender was answered 401, expected was 202']],
  [
    'an outcome that is missing',
    { outcomes: right.outcomes.slice(0, 1) },
    [`an outcome is missing: ${ADDED_LINE}`],
  ],
  [
    'an outcome twice',
    { outcomes: [...right.outcomes, ...right.outcomes.slice(1)] },
    [`an outcome was not expected: ${ADDED_LINE}`],
  ],
  [
    'one field of an outcome',
    { outcomes: [...right.outcomes.slice(0, 1), { ...ADDED, id: 'e1', agent: '1002@acme.example' }] },
    [
      `an outcome is missing: ${ADDED_LINE}`,
      `an outcome was not expected: ${ADDED_LINE.replace('1001', '1002')}`,
    ],
  ],
  [
    'a field too many',
    { outcomes: [...right.outcomes.slice(0, 1), { ...ADDED, id: 'e1', owner: 'event' }] },
    [
      `an outcome is missing: ${ADDED_LINE}`,
      `an outcome was not expected: ${ADDED_LINE.replace(', rule', ', owner event, rule')}`,
    ],
  ],
  [
    'a request that is missing',
    { writes: [] },
    ['a request to NetSapiens is missing: POST /agents {"a":1,"b":{"c":2,"d":[1,2]}}'],
  ],
  [
    'a request twice',
    { writes: [WRITE, WRITE] },
    ['a request to NetSapiens was not expected: POST /agents {"a":1,"b":{"c":2,"d":[1,2]}}'],
  ],
  [
    'the order within a list of the body',
    { writes: [{ ...WRITE, body: { a: 1, b: { c: 2, d: [2, 1] } } }] },
    [
      'a request to NetSapiens is missing: POST /agents {"a":1,"b":{"c":2,"d":[1,2]}}',
      'a request to NetSapiens was not expected: POST /agents {"a":1,"b":{"c":2,"d":[2,1]}}',
    ],
  ],
])('tells %s', (_, seen, expected) => {
  expect(differences(step, { ...right, ...seen })).toEqual(expected);
});

it.each<[string, Step['answer'], string[]]>([
  ['nothing', { headers: { 'content-type': 'text/plain' }, body: 'challenge' }, []],
  ['the body', { body: '' }, ['the answer says "challenge", expected was ""']],
  [
    'a header',
    { headers: { 'content-type': 'application/json', allow: 'GET' } },
    [
      'the answer has content-type: text/plain, expected was application/json',
      'the answer has allow: missing, expected was GET',
    ],
  ],
])('of an answer: %s', (_, answer, expected) => {
  expect(differences(answer ? { ...step, answer } : step, right)).toEqual(expected);
});
