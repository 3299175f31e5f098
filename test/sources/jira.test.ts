import { expect, test } from 'vitest';
import { compile } from '../../lambda/expression.ts';
import { verify } from '../../lambda/sources/signature.ts';
import { readEvents, schemesOf } from '../../lambda/sources/source.ts';
import { at, post } from './request.ts';

const read = async (body: unknown, headers: Record<string, string> = {}) => {
  const request = post(JSON.stringify(body), headers);
  const [event] = await readEvents('it', { type: 'jira' }, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};
const issue = (fields: object) => ({ id: '10042', key: 'IT-7', fields });
const updated = (more: object) => ({ webhookEvent: 'jira:issue_updated', ...more });

test.each([
  ['sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9', 'Hello World!', { ok: true }],
  [
    'sha1=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    'Hello World!',
    { ok: false, why: 'signature-malformed' },
  ],
  [
    'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    'Hello World?',
    { ok: false, why: 'signature-mismatch' },
  ],
])("Atlassian's own example: %s of %s", (signature, body, verdict) => {
  const request = post(body, { 'X-Hub-Signature': signature });
  expect(verify(schemesOf({ type: 'jira' }), request, ["It's a Secret to Everybody"], at(0))).toEqual(
    verdict,
  );
});

const APPROVED =
  "{% $exists(payload.changelog.items[field = 'status' and toString = 'Approved']) and ticket.status = 'Approved' %}";

test.each<[string, object[], boolean]>([
  ['approved', [{ field: 'status', fromString: 'Waiting', toString: 'Approved' }], true],
  [
    'approved, among others',
    [
      { field: 'x', toString: 'y' },
      { field: 'status', toString: 'Approved' },
    ],
    true,
  ],
  ['another change of an approved issue', [{ field: 'summary', toString: 'Approved' }], false],
  ['from approved to done', [{ field: 'status', fromString: 'Approved', toString: 'Done' }], false],
  ['no new value', [{ field: 'status', fromString: 'Approved' }], false],
  ['nothing', [], false],
])('a rule finds the transition in the changelog: %s', async (_, items, wanted) => {
  const event = await read(updated({ issue: issue({ status: { name: 'Approved' } }), changelog: { items } }));
  expect(await compile(APPROVED)({ ...event?.data })).toBe(wanted);
});

test('keys that every object has are nothing of the issue', async () => {
  const body =
    '{"webhookEvent":"jira:issue_updated","issue":{"__proto__":{"id":"1"},"fields":{"__proto__":{}}}}';
  expect(await read(JSON.parse(body))).toMatchObject({ type: 'jira:issue_updated' });
  expect((await read(JSON.parse(body)))?.data).not.toHaveProperty('ticket');
});

test('of the custom fields, those that have a value', async () => {
  const fields = { customfield_1: 0, customfield_2: null, customfield_3: { value: 'x' }, summary: 'y' };
  const event = await read(updated({ issue: issue(fields) }));
  expect(event?.data.ticket?.fields).toEqual({ customfield_1: 0, customfield_3: { value: 'x' } });
});

test.each([['?'], [''], [null], [undefined]])('a hidden e-mail, as %j, is none', async (emailAddress) => {
  const event = await read(updated({ issue: issue({ reporter: { emailAddress } }) }));
  expect(event?.data.ticket?.requesterEmail).toBeUndefined();
});

test('an identifier in a header, which is not signed, makes no other event', async () => {
  const body = updated({ timestamp: 1769884920000, issue: issue({}) });
  const idOf = async (identifier: string, more: object = {}) =>
    (await read({ ...body, ...more }, { 'X-Atlassian-Webhook-Identifier': identifier }))?.id;
  const first = await idOf('one');
  expect(first).toMatch(/^sha256:/);
  expect(await idOf('two')).toBe(first);
  expect(await idOf('one', { timestamp: 1769884920001 })).not.toBe(first);
});

test.each([
  [{}, /^webhookEvent: /],
  [updated({ issue: issue({ status: 'secret' }) }), /^issue\.fields\.status: /],
  [updated({ issue: 'secret' }), /^issue: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event).toMatchObject({ type: 'it.unrecognized', data: { payload: body } });
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
