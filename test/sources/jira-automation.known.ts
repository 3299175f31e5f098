import type { Known } from './known.ts';
import { post } from './request.ts';

const TICKET = { id: '10042', key: 'IT-7', status: 'Approved' };

export default [
  {
    title: 'the issue itself, bearer',
    source: { type: 'jira-automation', auth: { bearer: {} } },
    key: 'automation-token',
    request: post(
      '{"self":"https://acme.atlassian.net/rest/api/2/issue/10042","id":10042,"key":"IT-7","changelog":{"startAt":0,"maxResults":0,"total":0,"histories":null},"fields":{"issuetype":{"id":7,"name":"Queue access","namedValue":"Queue access"},"status":{"name":"Approved"},"reporter":{"displayName":"Jane Doe","emailAddress":"jane@acme.example"},"customfield_10050":2001,"customfield_10051":null}}',
      { 'content-type': 'application/json', authorization: 'Bearer automation-token' },
    ),
    events: [
      {
        type: 'any.event',
        subject: 'IT-7',
        data: {
          ticket: {
            ...TICKET,
            type: 'Queue access',
            requesterEmail: 'jane@acme.example',
            fields: { customfield_10050: 2001 },
          },
          payload: { id: 10042 },
        },
      },
    ],
  },
  {
    title: "the older automation's payload, header",
    source: { type: 'jira-automation', auth: { header: { name: 'X-Onqueue-Key' } } },
    key: 'automation-key',
    request: post(
      '{"issue":{"id":"10042","key":"IT-7","fields":{"status":{"name":"Approved"},"reporter":{"name":"jdoe"}}},"timestamp":1769884920000}',
      { 'X-Onqueue-Key': 'automation-key' },
    ),
    events: [{ subject: 'IT-7', time: '2026-01-31T18:42:00.000Z', data: { ticket: TICKET } }],
  },
  {
    title: "the author's own JSON, bearer",
    source: { type: 'jira-automation', auth: { bearer: {} } },
    key: 'automation-token',
    request: post(
      '{"person":{"email":"jane@acme.example","extension":"1001"},"ticket":{"id":"10042","key":"IT-7","type":"Queue access","status":"Approved","fields":{"queue":"3000"}},"updated":"2026-01-31T18:42:00.0+0000"}',
      { authorization: 'Bearer automation-token' },
    ),
    events: [
      {
        type: 'any.event',
        subject: 'jane@acme.example',
        data: {
          person: { email: 'jane@acme.example', extension: '1001' },
          ticket: { ...TICKET, type: 'Queue access', fields: { queue: '3000' } },
        },
      },
    ],
  },
] satisfies Known[];
