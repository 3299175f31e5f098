import type { Known } from './known.ts';
import { post } from './request.ts';

const source = { type: 'helpscout' } as const;

export default [
  {
    // github.com/LasLabs/python-helpscout, helpscout/tests/test_web_hook.py.
    title: "a customer, python-helpscout's own example",
    source,
    key: 'your secret key',
    request: post(
      '{"firstName":"Jackie","lastName":"Chan","email":"jackie.chan@somewhere.com","gender":"male"}',
      { 'X-HelpScout-Event': 'customer.created', 'X-HelpScout-Signature': '2iFmnzC8SCNVF/iNiMnSe19yceU=' },
    ),
    events: [
      { type: 'customer', data: { person: { name: 'Jackie Chan', email: 'jackie.chan@somewhere.com' } } },
    ],
  },
  {
    title: 'a conversation (by openssl)',
    source,
    key: 'helpscout-secret',
    request: post(
      '{"id":123,"number":15473,"threads":2,"type":"email","folderId":493,"status":"closed","state":"published","subject":"Queue access","mailboxId":85,"assignee":{"id":256,"first":"Lee","last":"Roe","email":"lee@acme.example"},"createdBy":{"id":12,"type":"customer","email":"jane@acme.example"},"createdAt":"2026-01-31T18:42:00Z","userUpdatedAt":"2026-01-31T18:43:00Z","customerWaitingSince":{"time":"2026-01-31T18:42:00Z","friendly":"20 hours ago"},"tags":[{"id":9150,"tag":"approved"}],"customFields":[{"id":6688,"name":"Queue","value":"33077","text":"3000"},{"id":6689,"name":"Extension","value":"1000"}]}',
      {
        'X-HelpScout-Event': 'convo.tags',
        'X-HelpScout-Signature': 'Gcvp8elCh5rT22hNNohfeHsuAsA=',
      },
    ),
    events: [
      {
        type: 'conversation',
        subject: '123',
        time: '2026-01-31T18:43:00Z',
        data: {
          ticket: {
            id: '123',
            key: '15473',
            type: 'email',
            status: 'closed',
            requesterEmail: 'jane@acme.example',
            fields: { Queue: '3000', '6688': '3000', Extension: '1000', '6689': '1000' },
          },
          payload: { tags: [{ tag: 'approved' }] },
        },
      },
    ],
  },
] satisfies Known[];
