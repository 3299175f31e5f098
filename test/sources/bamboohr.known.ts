import { BAMBOOHR } from './known-answers.ts';
import type { Known } from './known.ts';

export default [
  {
    title: 'an older delivery',
    source: { type: 'bamboohr' },
    ...BAMBOOHR,
    events: [{ type: 'employee.updated', subject: '5', data: { person: { name: 'Tefi Adams' } } }],
  },
] satisfies Known[];
