import { expect, test } from 'vitest';
import { verify } from '../../lambda/sources/signature.ts';
import { readEvents, schemesOf } from '../../lambda/sources/source.ts';
import { at, post } from './request.ts';

const readRequest = async (request: ReturnType<typeof post>) => {
  const [event] = await readEvents('code', { type: 'github' }, request, new Date('2026-02-01T00:00:00Z'));
  return event;
};
const read = (body: unknown, headers: Record<string, string> = {}) =>
  readRequest(post(JSON.stringify(body), headers));
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const opened = { action: 'opened', issue: { id: 1, number: 7 }, repository: { full_name: 'acme/desk' } };

test.each([
  [
    "It's a Secret to Everybody",
    'Hello, World!',
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  ],
  [
    'development',
    '{"foo":"Foo\\n\\u001B[34mbar: ♥♥♥♥♥♥♥♥\\nthis-is-lost\\u001B[0m\\u001B[2K"}',
    'sha256=afecc3caa27548bb90d51a50384cb2868b9a3327b4ad6a01c9bd4ed0f8b0b12c',
  ],
])("GitHub's and octokit's own examples: %s", (key, body, signature) => {
  const request = post(body, { 'X-Hub-Signature-256': signature });
  expect(verify(schemesOf({ type: 'github' }), request, [key], at(0))).toEqual({ ok: true });
});

test('the headers, which are not signed, make no other event', async () => {
  const first = await read(opened, { 'X-GitHub-Event': 'issues', 'X-GitHub-Delivery': 'one' });
  expect(first).toMatchObject({ type: 'issues.opened', subject: 'acme/desk#7' });
  expect(await read(opened, { 'X-GitHub-Event': 'release', 'X-GitHub-Delivery': 'two' })).toEqual(first);
});

test('a form is the JSON in it', async () => {
  const body = new URLSearchParams({ payload: JSON.stringify(opened) }).toString();
  expect(await readRequest(post(body, form))).toEqual(await read(opened));
});

test('a form without JSON is kept as it came', async () => {
  expect(await readRequest(post('payload=%7B&a=b', form))).toMatchObject({
    type: 'code.event',
    data: { payload: { payload: '{', a: 'b' } },
  });
});

test('an event about no issue is its payload', async () => {
  const body = { action: 'published', release: { id: 1 } };
  const event = await read(body);
  expect(event).toMatchObject({ type: 'code.event' });
  expect(event?.data).toEqual({ payload: body });
});

test.each([
  [{ ...opened, repository: undefined }, /^repository: /],
  [{ ...opened, issue: { number: 7, labels: 'secret' } }, /^issue\.labels: /],
  [{ ...opened, action: undefined }, /^action: /],
])('%j is unrecognized', async (body, unrecognized) => {
  const event = await read(body);
  expect(event?.type).toBe('code.unrecognized');
  expect(event?.data.unrecognized).toMatch(unrecognized);
  expect(event?.data.unrecognized).not.toContain('secret');
});
