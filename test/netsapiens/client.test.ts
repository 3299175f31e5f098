import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPace } from '../../lambda/netsapiens/pace.ts';
import { startDomain } from './domain-server.ts';

let server: Awaited<ReturnType<typeof startDomain>>;
beforeEach(async () => {
  server = await startDomain();
});
afterEach(() => server.close());

test.each([
  ['readAgents', '~/callqueues/0300/agents'],
  ['addAgent', '~/callqueues/0300/agents'],
  ['readCallqueue', '~/callqueues/0300'],
  ['readUsers', '~/users?limit=1000&start=995'],
  ['countUsers', '~/users/count'],
  ['readUser', '~/users/10%2F00'],
  ['readDevices', '~/users/10%2F00/devices'],
] as const)('%s asks for %s, and tags it where debugging is on', async (call, path) => {
  for (const debug of [false, true]) {
    const client = server.client({ domain: '~', debug });
    switch (call) {
      case 'readAgents':
        await client.readAgents('0300', 'tag');
        break;
      case 'addAgent':
        await client.addAgent('0300', { 'callqueue-agent-id': '1000@acme.example' }, 'tag');
        break;
      case 'readCallqueue':
        await client.readCallqueue('0300', 'tag');
        break;
      case 'readUsers':
        await client.readUsers(995, 1000, 'tag');
        break;
      case 'countUsers':
        await client.countUsers('tag');
        break;
      case 'readUser':
        await client.readUser('10/00', 'tag');
        break;
      case 'readDevices':
        await client.readDevices('10/00', 'tag');
    }
  }
  expect(server.requests).toEqual([path, path]);
  expect(server.tags).toEqual([undefined, 'tag']);
});

test('no tag, no header', async () => {
  await server.client({ debug: true }).countUsers();
  expect(server.tags).toEqual([undefined]);
});

test('a tag that no header can carry is made one that it can', async () => {
  await server.client({ debug: true }).countUsers(` Zoë\r\nx: y${'z'.repeat(200)}`);
  expect(server.tags).toEqual([`_Zo___x:_y${'z'.repeat(118)}`]);
});

test('all calls keep the pace, on as many connections as there are at once', async () => {
  server.domain.users = [{ user: '1000' }];
  let now = 0;
  const starts: number[] = [];
  const limited = createPace(
    { parallel: 2, perSecond: 10 },
    {
      now: () => now,
      sleep: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    },
  );
  const client = server.client({
    pace: (work) =>
      limited(() => {
        starts.push(now);
        return work();
      }),
  });
  await Promise.all(Array.from({ length: 20 }, () => client.readUser('1000')));
  expect(starts).toEqual(Array.from({ length: 20 }, (_, index) => (index < 10 ? 0 : 1_000)));
  expect(server.sockets).toHaveLength(2);
});
