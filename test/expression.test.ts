import { describe, expect, it, test } from 'vitest';
import { compile, ExpressionError, isExpression, isHalfExpression } from '../lambda/expression.ts';

test.each([
  ['{% 1 %}', true, false],
  ['  {% a.b %}\n', true, false],
  ['plain', false, false],
  ['a {% b %}', false, true],
  ['{% b', false, true],
  ['b %}', false, true],
  ['50%', false, false],
])('%j is an expression: %s, and a slip: %s', (text, whole, half) => {
  expect(isExpression(text)).toBe(whole);
  expect(isHalfExpression(text)).toBe(half);
});

test.each([
  ['{% a & "@acme.example" %}', { a: '1000' }, '1000@acme.example'],
  ['{% list[x > 1].x %}', { list: [{ x: 1 }, { x: 2 }, { x: 3 }] }, [2, 3]],
  ['{% missing.field %}', {}, undefined],
  ['{% a.constructor %}', { a: {} }, undefined],
])('%s', async (text, context, expected) => expect(await compile(text)(context)).toEqual(expected));

test('what comes out is plain data', async () => {
  const result = await compile('{% list.x %}')({ list: [{ x: 1 }, { x: 2 }] });
  expect(Object.getOwnPropertyNames(result)).toEqual(['0', '1', 'length']);
});

describe('an expression that runs away is stopped', () => {
  test.each([
    ['a circle', '{% ($f := function($n) { $f($n + 1) }; $f(0)) %}'],
    ['a recursion without end', '{% ($f := function($n) { 1 + $f($n + 1) }; $f(0)) %}'],
    ['a sequence without measure', '{% $count([1..9999999]) %}'],
    ['a regular expression that backtracks', '{% $match(text, /^(a+)+$/) %}'],
    [
      'one that is nested',
      "{% $replace(text, /(?:a|aa)+$/, '') ~> $contains(/(x+x+)+y/) or $contains(text, /^(a|a)*$/) %}",
    ],
  ])('%s', async (_, text) => {
    const context = { text: `${'a'.repeat(50)}!` };
    await expect(compile(text)(context)).rejects.toThrow(ExpressionError);
  });

  it('and a harmless regular expression is not', async () => {
    const context = { text: 'queue 3000, queue 3001' };
    expect(await compile('{% $match(text, /queue (\\d+)/).groups %}')(context)).toEqual(['3000', '3001']);
    expect(await compile("{% $replace(text, /queue /, '') %}")(context)).toBe('3000, 3001');
    expect(await compile('{% $split(text, /, */) %}')(context)).toEqual(['queue 3000', 'queue 3001']);
    expect(await compile('{% $contains(text, /QUEUE/i) %}')(context)).toBe(true);
  });
});

test.each(['{% ( %}', '{% a..b %}', '{% "open %}', '{%%}'])('%s is refused when it is compiled', (text) =>
  expect(() => compile(text)).toThrow(ExpressionError),
);
