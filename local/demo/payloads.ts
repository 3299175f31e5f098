/** What the senders of the demo send: bodies in each sender's own shape, about people whom nobody is. */

const hired = (id: string, extension: string, department: string) => ({
  id,
  action: 'Updated',
  timestamp: '2026-11-20T09:00:00+0000',
  changedFields: ['Department', 'Work Ext.'],
  fields: { Department: department, 'Work Ext.': extension, 'Work Email': `${id}@acme.example` },
});
export const TWO_HIRES = JSON.stringify({
  employees: [hired('501', '1001', 'Support'), hired('502', '1002', 'Customer Care')],
});

/** A trigger's JSON is its administrator's: this one speaks the words that Onqueue reads without a mapping. */
export const APPROVED = JSON.stringify({
  ticket: {
    id: 9001,
    type: 'queue access',
    status: 'solved',
    fields: { approval: 'approved', queue: '3500' },
  },
  person: { email: 'u3@acme.example', extension: '1003' },
  updated: '2026-11-20T12:00:00Z',
});

export const signup = (id: string, extension: string) =>
  JSON.stringify({
    type: 'user.onboarded',
    timestamp: '2026-11-20T10:00:00Z',
    data: { user: { id, email: `${id}@acme.example`, extension, team: 'Support' } },
  });

export const nightLine = (requestId: string, extension: string) =>
  JSON.stringify({
    requestId,
    kind: 'night-line',
    email: `${requestId}@acme.example`,
    extension,
    team: 'Night',
  });

/** By e-mail address alone, with the first day. */
export const hiredFor = (requestId: string, email: string, starts: string) =>
  JSON.stringify({ requestId, kind: 'hired', email, team: 'Returns', starts });

export const transfer = (number: string, extension: string, site: string) =>
  JSON.stringify({ action: 'worker.transferred', worker: { number, site, phone: { extension } } });

export const employeeHired = (id: string, extension: string) => ({
  Source: 'acme.hr',
  DetailType: 'Employee Hired',
  Detail: JSON.stringify({ employee: { id, email: `${id}@acme.example`, extension, department: 'Support' } }),
});

/** An event about an employee, which names nothing but an id. */
export const JOB_TITLE_CHANGED = JSON.stringify({
  type: 'employee.updated',
  timestamp: '2026-11-20T09:30:00+0000',
  data: { companyId: '7', employeeId: '503', changedFields: ['jobTitle'] },
});

/** A ticket event says what its ticket is like, and nothing of its fields. */
export const TICKET_CREATED = JSON.stringify({
  type: 'zen:event-type:ticket.created',
  account_id: 42,
  id: '0d6c4f0e-9a51-4f53-8c7e-5c1f0a9be001',
  time: '2026-11-20T11:00:00Z',
  zendesk_event_version: '2022-11-06',
  subject: 'zen:ticket:9001',
  detail: { id: '9001', status: 'OPEN' },
  event: {},
});
