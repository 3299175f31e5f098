import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indented, table, wrapped } from '../../../local/demo/table.ts';

describe('a table', () => {
  it('has its columns under each other, and goes on in the next line', () => {
    const columns = [
      { title: 'Sent', width: 10 },
      { title: 'HTTP', width: 4 },
      { title: 'Outcome', width: 9 },
    ];
    const rows = [
      ['two hires in one POST', '202', 'added'],
      ['', '', 'already-member'],
      ['bad key', '401'],
    ];
    expect(table(columns, rows).split('\n')).toEqual([
      'Sent        HTTP  Outcome',
      '----------  ----  ---------',
      'two hires   202   added',
      'in one',
      'POST',
      '                  already-m',
      '                  ember',
      'bad key     401',
    ]);
  });
});

describe('wrapped text', () => {
  it.each([
    ['', 5, ['']],
    ['a b', 5, ['a b']],
    ['one two', 5, ['one', 'two']],
    ['abcdefg', 5, ['abcde', 'fg']],
    ['ab cdefgh', 5, ['ab', 'cdefg', 'h']],
  ])('%j in %i', (text, width, lines) => {
    expect(wrapped(text, width)).toEqual(lines);
  });

  it('fits, and loses nothing but spaces', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrapped(text, width);
        expect(lines.every((line) => line.length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

it('an indented block stays within 110 characters', () => {
  const lines = indented('word '.repeat(60).trim(), 6).split('\n');
  expect(lines.map((line) => line.length)).toEqual([110, 110, 95]);
  expect(lines.every((line) => line.startsWith('      word'))).toBe(true);
});
