import { expect, test } from 'vitest';
import { reportText } from '../../bench/report.ts';

test('a report is Markdown: tables with words to the left and figures to the right, goals, notes', () => {
  const text = reportText({
    title: 'Speed',
    about: 'How fast it is.',
    tables: [
      {
        head: ['', 'ms'],
        rows: [
          ['empty', '52'],
          ['receive', '130'],
        ],
      },
    ],
    goals: [
      { text: '2.5 times', met: true },
      { text: '4 times', met: false },
    ],
    notes: ['Measured twice.'],
  });
  expect(text).toBe(`## Speed

How fast it is.

|         |  ms |
| ------- | --: |
| empty   |  52 |
| receive | 130 |

- met: 2.5 times
- NOT MET: 4 times

- Measured twice.`);
});
