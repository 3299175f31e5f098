import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'finch' } as const;
const key = '5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH';

export default [
  {
    /** github.com/Finch-API/finch-api-node, tests/api-resources/webhooks.test.ts. */
    title: "the vendor's own",
    source,
    key,
    seconds: 1676312382,
    request: post('{"company_id":"720be419-0293-4d32-a707-32179b0827ab"}', {
      'Finch-Event-Id': 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj',
      'Finch-Timestamp': '1676312382',
      'Finch-Signature': 'v1,m7y0TV2C+hlHxU42wCieApTSTaA8/047OAplBqxIV/s=',
    }),
    events: [{ id: 'msg_2Lh9KRb0pzN4LePd3XiA4v12Axj', type: 'any.unrecognized' }],
  },
  {
    title: 'an employment (by openssl)',
    source,
    key,
    seconds: 1770282000,
    request: post(
      '{"company_id":"720be419-0293-4d32-a707-32179b0827ab","account_id":"5a1d7cba","connection_id":"c0nn","entity_id":null,"event_type":"employment.updated","data":{"individual_id":"ind-1"}}',
      {
        'Finch-Event-Id': 'msg_2SFMDibF3lmRw8DzX4t1JjiEZQl',
        'Finch-Timestamp': '1770282000',
        'Finch-Signature': 'v1,ZeLSYopHhZO4tWt3U/D07ECqy5CGQ9BzeuhYFpgPC58=',
      },
    ),
    events: [
      {
        id: 'msg_2SFMDibF3lmRw8DzX4t1JjiEZQl',
        type: 'employment.updated',
        subject: 'ind-1',
        data: { person: { id: 'ind-1' } },
      },
    ],
  },
] satisfies Known[];
