import { expect, it } from 'vitest';
import { differenceList, outcomeTable, requestList, tally } from '../../../local/demo/report.ts';
import type { Result } from '../../../local/demo/report.ts';

const send = { to: 's', sign: () => ({ headers: {}, body: '' }) };
const BARE = { headers: {}, body: '' };
const RESULTS: readonly Result[] = [
  {
    step: { title: 'A system: two people, said at some length', send, status: 202, outcomes: [], writes: [] },
    seen: {
      status: 202,
      ...BARE,
      outcomes: [
        { id: 'e', outcome: 'added', queue: '3001', agent: '1002@acme.example', code: 'agent-added' },
        { id: 'e', outcome: 'parked', queue: '3000', agent: '1002@acme.example', code: 'not-found' },
        { id: 'e', outcome: 'added', queue: '3000', agent: '1001@acme.example', code: 'agent-added' },
      ],
      writes: [
        { method: 'POST', path: '/agents', body: { a: 1, b: ['x y'] }, status: 202 },
        { method: 'POST', path: '/agents', body: {} },
      ],
    },
    differences: ['one thing', 'another thing'],
  },
  {
    step: { title: 'Bad key', send, status: 401, outcomes: [], writes: [] },
    seen: { status: 401, ...BARE, outcomes: [], writes: [] },
    differences: [],
  },
  {
    step: { title: 'Who are you', send, status: 200, answer: { body: '' }, outcomes: [], writes: [] },
    seen: { status: 200, ...BARE, outcomes: [], writes: [] },
    differences: [],
  },
];

it('a table: each step with its outcomes, in the order of agent and queue', () => {
  expect(outcomeTable(RESULTS).split('\n').slice(2)).toEqual([
    '1   A system: two people, said at  202   added           3000   1001@acme.example       agent-added',
    '    some length                          parked          3000   1002@acme.example       not-found',
    '                                         added           3001   1002@acme.example       agent-added',
    '2   Bad key                        401   none            -      -                       refused at the door',
    '3   Who are you                    200   none            -      -                       answered',
  ]);
});

it('the requests, under the number of their step', () => {
  expect(requestList(RESULTS)?.split('\n')).toEqual([
    '1   POST /agents  answered 202',
    '      { "a": 1, "b": [ "x y" ] }',
    '1   POST /agents  answered nothing',
    '      {}',
  ]);
});

it('no requests, where nobody could see them', () => {
  const unseen = RESULTS.map((result) => ({ ...result, seen: { ...result.seen, writes: undefined } }));
  expect(requestList(unseen)).toBeUndefined();
});

it('a tally', () => {
  expect(tally(RESULTS)).toBe('3 outcomes: 2 added, 1 parked');
});

it('the differences, step by step', () => {
  expect(differenceList(RESULTS)).toEqual([
    '1  A system: two people, said at some length\n    one thing\n    another thing',
  ]);
});
