import { expect, test } from 'vitest';
import { line, summary } from '../../../local/doctor/report.ts';
import type { Finding } from '../../../local/doctor/report.ts';

const finding = (level: Finding['level']): Finding => ({ level, about: 'key', sentence: 'a sentence' });

test('a line has its columns, and the remedy below', () => {
  expect(line({ ...finding('problem'), remedy: 'Mend it.' })).toBe(
    'problem  key     a sentence\n                 -> Mend it.',
  );
});

test('a long sentence goes on below, beside its column', () => {
  const long = Array<string>(30).fill('words').join(' ');
  expect(line({ level: 'ok', about: 'server', sentence: long, remedy: long })).toBe(
    [
      'ok       server  words words words words words words words words words words words words words words words',
      '                 words words words words words words words words words words words words words words words',
      '                 -> words words words words words words words words words words words words words words words',
      '                    words words words words words words words words words words words words words words words',
    ].join('\n'),
  );
});

test('a word that is longer than a line stays whole', () => {
  expect(line({ level: 'ok', about: 'key', sentence: `a ${'b'.repeat(200)} c` })).toBe(
    `ok       key     a\n                 ${'b'.repeat(200)}\n                 c`,
  );
});

test('what a server wrote steers no terminal', () => {
  const said = 'Night\u001b[2J\u202e\nok';
  expect(line({ level: 'problem', about: 'queue', sentence: said, remedy: said })).toBe(
    'problem  queue   Night [2J  ok\n                 -> Night [2J  ok',
  );
});

test.each<[Finding['level'][], string]>([
  [['ok', 'skipped'], 'no problems, no warnings. To add an agent was not tried: this check changes nothing.'],
  [['ok', 'warning'], 'no problems, 1 warning. To add an agent was not tried: this check changes nothing.'],
  [['problem', 'warning', 'warning'], '1 problem, 2 warnings. Mend what is a problem, then run it again.'],
])('%j', (levels, text) => {
  expect(summary(levels.map(finding))).toBe(text);
});
