import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { answer } from '../../../local/netsapiens/routes.ts';
import { openStore } from '../../../local/netsapiens/store.ts';
import { call, started } from './call.ts';

const FIVE = ['1001', '1002', '1003', '1004', '1005'].map((user) => ({ user }));

const extensions = (body: unknown): unknown =>
  Array.isArray(body) ? body.map((row: { user: string }) => row.user) : body;

describe.each([0, 1] as const)('the first user has the number %i', (firstUser) => {
  it.each([
    ['?limit=2', ['1001', '1002'], ['1001', '1002']],
    ['?start=0&limit=2', ['1001', '1002'], ['1001', '1002']],
    ['?start=1&limit=2', ['1002', '1003'], ['1001', '1002']],
    // A client that steps by the page: from 1 on, the last of a page comes again as the first of the next.
    ['?start=2&limit=2', ['1003', '1004'], ['1002', '1003']],
    ['?start=4&limit=2', ['1005'], ['1004', '1005']],
    ['?start=5&limit=2', [], ['1005']],
    ['?start=6&limit=2', [], []],
    ['?start=7000', [], []],
  ])('users%s', async (query, from0, from1) => {
    const simulator = await started({ users: FIVE, queues: [], firstUser });
    const { status, body } = await call(simulator, 'GET', `/domains/acme.example/users${query}`);
    expect([status, extensions(body)]).toEqual([200, firstUser === 0 ? from0 : from1]);
  });
});

test('whoever counts as the server does sees everybody once', () => {
  fc.assert(
    fc.property(
      fc.nat(70),
      fc.integer({ min: 1, max: 25 }),
      fc.constantFrom(0 as const, 1 as const),
      (people, limit, firstUser) => {
        const everybody = Array.from({ length: people }, (_, i) => String(1000 + i));
        const users = everybody.map((user) => ({ user }));
        const store = openStore({ domain: 'acme.example', users, queues: [] });
        const page = (start: number) =>
          answer(
            {
              store,
              firstUser,
              tokens: new Map([['nsd_key', 'full']]),
              tildeForKeys: 'documented',
              now: Date.now,
            },
            {
              method: 'GET',
              segments: ['domains', 'acme.example', 'users'],
              query: new URLSearchParams({ start: String(start), limit: String(limit) }),
              text: '',
              contentType: undefined,
              token: 'nsd_key',
              lag: 0,
            },
          ).body;
        const seen: unknown[] = [];
        for (let start: number = firstUser; start < firstUser + people; start += limit)
          seen.push(extensions(page(start)));
        expect(seen.flat()).toEqual(everybody);
        expect(page(firstUser + people)).toEqual([]);
      },
    ),
  );
});
