import { describe, expect, it } from 'vitest';
import { directoryOf } from '../../../local/netsapiens/directory.ts';
import { call, started } from './call.ts';

const personsOf = (people: number) => directoryOf(people).filter((row) => row['service-code'] === undefined);
const addressesOf = (people: number): string[] =>
  personsOf(people)
    .flatMap((row) => row['email-address']?.split(';') ?? [])
    .filter((text) => text !== '');

describe('a generated directory', () => {
  it('begins as it always does', () => {
    expect(directoryOf(2)).toEqual([
      {
        user: '10000',
        'name-first-name': 'Ada',
        'name-last-name': 'Ames',
        'email-address': 'ada.ames@acme.example',
        department: 'Support',
      },
      {
        user: '10001',
        'name-first-name': 'Ben',
        'name-last-name': 'Ames',
        'email-address': 'ben.ames@acme.example',
        department: 'Sales',
      },
    ]);
  });

  it.each([
    [4, { user: '10004', devices: ['10004', '10004wp'] }],
    [6, { user: '10006', 'email-address': 'gil.ames@b.example;e10006@b.example' }],
    [10, { user: '10010', 'email-address': 'Kai.Ames@b.example' }],
    [12, { user: '10012', 'email-address': 'ada.brook@b.example' }],
    [49, { user: '10049', 'email-address': '' }],
    [100, { user: '4000', 'service-code': 'system-aa', 'email-address': 'ada.ames@b.example', devices: [] }],
    [145, { user: '10144', 'name-last-name': 'Ames', 'email-address': 'ada.ames2@b.example' }],
  ])('has its traps: row %i', (index, row) => {
    expect(directoryOf(200, 'b.example')[index]).toMatchObject(row);
  });

  it('has so many people, and a record of the system for each hundred', () => {
    expect(directoryOf(0)).toEqual([]);
    expect(directoryOf(99)).toHaveLength(99);
    expect(directoryOf(100)).toHaveLength(101);
    expect(directoryOf(50_000)).toHaveLength(50_500);
    expect(personsOf(50_000)).toHaveLength(50_000);
  });

  it('gives no extension, no device and no address twice', () => {
    const rows = directoryOf(50_000);
    const devices = rows.flatMap(({ user, devices: names = [user] }) => names);
    expect(new Set(rows.map(({ user }) => user)).size).toBe(50_500);
    expect(new Set(devices).size).toBe(devices.length);
    const addresses = addressesOf(50_000).map((text) => text.toLowerCase());
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it('is served whole, fifty thousand of them', async () => {
    const simulator = await started({ users: directoryOf(50_000), queues: [] });
    const page = async (start: number) => {
      const { body } = await call(simulator, 'GET', `/domains/acme.example/users?limit=1000&start=${start}`);
      return Array.isArray(body) ? body.length : body;
    };
    expect(await page(49_000)).toBe(1000);
    expect(await page(50_000)).toBe(500);
    expect(await page(51_000)).toBe(0);
    expect((await call(simulator, 'GET', '/domains/acme.example/users/count')).body).toEqual({
      total: 50_500,
    });
  });
});
