import type { Known } from './known.ts';
import { post } from './request.ts';

const started =
  '{"company_id":"12345","occurred_at":"2026-02-05T00:00:00Z","event_name":"employment.started","payload":{"person":{"id":"987"},"employment":{"id":"e-1"}},"meta":{}}';
const event = {
  type: 'employment.started',
  subject: '987',
  time: '2026-02-05T00:00:00Z',
  data: { person: { id: '987' } },
};

export default [
  {
    title: 'a token, as the whole of the header',
    source: { type: 'personio', auth: { header: { name: 'Authorization' } } },
    key: 'a-token-of-our-own',
    request: post(started, { 'content-type': 'application/json', Authorization: 'a-token-of-our-own' }),
    events: [event],
  },
  {
    title: 'a token that was given with the word Bearer',
    source: { type: 'personio', auth: { bearer: {} } },
    key: 'a-token-of-our-own',
    request: post(started, { Authorization: 'Bearer a-token-of-our-own' }),
    events: [event],
  },
  {
    title: 'a header of our own',
    source: { type: 'personio', auth: { header: { name: 'X-Onqueue' } } },
    key: 'a-token-of-our-own',
    request: post(
      '{"company_id":"12345","occurred_at":"2026-02-05T00:00:00Z","event_name":"employment.updated","payload":{"employment":{"id":7}}}',
      { 'X-Onqueue': 'a-token-of-our-own' },
    ),
    events: [{ type: 'employment.updated', subject: '7' }],
  },
] satisfies Known[];
