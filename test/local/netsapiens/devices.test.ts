import { expect, it } from 'vitest';
import { AGENTS, call, started } from './call.ts';

const devices = (user: string) => `/domains/acme.example/users/${user}/devices`;

const ROW = {
  device: '1001',
  user: '1001',
  domain: 'acme.example',
  'device-sip-registration-uri': 'sip:1001@acme.example',
  'device-sip-registration-state': 'unregistered',
  'device-sip-registration-password': 'password-of-1001',
  'login-username': '1001@acme.example',
  'name-full-name': 'Ada Ames',
};

it('lists the devices of a user, as NetSapiens names the fields', async () => {
  const { status, body } = await call(await started(), 'GET', devices('1001'));
  expect(status).toBe(200);
  expect(body).toEqual([
    ROW,
    {
      ...ROW,
      device: '1001wp',
      'device-sip-registration-uri': 'sip:1001wp@acme.example',
      'device-sip-registration-password': 'password-of-1001wp',
    },
  ]);
});

it('gives a user one device, named as the extension, unless told otherwise', async () => {
  const simulator = await started();
  const names = async (user: string) => {
    const { body } = await call(simulator, 'GET', devices(user));
    return Array.isArray(body) ? body.map((row: { device: string }) => row.device) : body;
  };
  expect(await names('1002')).toEqual(['1002']);
  expect(await names('3000')).toEqual([]);
  simulator.addUser({ user: '1009', devices: [] });
  expect(await names('1009')).toEqual([]);
});

it('knows no devices of nobody, and does not show them among the users', async () => {
  const simulator = await started();
  expect(await call(simulator, 'GET', devices('1009'))).toMatchObject({
    status: 404,
    body: { code: 404, message: 'User 1009 not found' },
  });
  expect((await call(simulator, 'GET', '/domains/acme.example/users/1001')).body).not.toHaveProperty(
    'devices',
  );
  expect(JSON.stringify((await call(simulator, 'GET', '/domains/acme.example/users')).body)).not.toContain(
    '1001wp',
  );
});

it.each([
  ['sip:1001@acme.example', 202],
  ['sip:1001wp@acme.example', 202],
  ['sip:reception@acme.example', 202],
  ['sip:1001x@acme.example', 404],
  ['sip:1002wp@acme.example', 404],
  ['sip:1003@acme.example', 404],
  ['1003@acme.example', 202],
])('adds %s only if there is such a device: %i', async (id, status) => {
  const simulator = await started();
  simulator.addUser({ user: '1003', devices: ['reception'] });
  expect((await call(simulator, 'POST', AGENTS, { 'callqueue-agent-id': id })).status).toBe(status);
  expect(simulator.agents('3000').map((row) => row['callqueue-agent-id'])).toEqual(
    status === 202 ? [id] : [],
  );
});

it('shows the owner of a device that is an agent', async () => {
  const simulator = await started();
  await call(simulator, 'POST', AGENTS, { 'callqueue-agent-id': 'sip:1001wp@acme.example' });
  expect(simulator.agents('3000')).toMatchObject([
    {
      'callqueue-agent-entry-type': 'device',
      'login-username': '1001@acme.example',
      'name-full-name': 'Ada Ames',
    },
  ]);
});
