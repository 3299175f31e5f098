import { ZENDESK } from './known-answers.ts';
import type { Known } from './known.ts';

export default [
  {
    title: 'a ticket event, by the published test key',
    source: { type: 'zendesk', acceptTestKey: true },
    ...ZENDESK,
    events: [{ id: 'evt-test-1', type: 'zen:event-type:ticket.created', data: { ticket: { id: '35436' } } }],
  },
] satisfies Known[];
