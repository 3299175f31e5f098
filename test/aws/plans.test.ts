import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPlans } from '../../lambda/aws/plans.ts';
import type { Plans } from '../../lambda/aws/plans.ts';
import { createTable, LedgerUnavailable } from '../../lambda/aws/table.ts';
import { clientConfig } from '../../local/aws/account.ts';
import { ledgerTable, startDynamoDb } from '../../local/aws/dynamodb.ts';
import { anEvent } from '../support/rig.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const DAY_MS = 86_400_000;

let server: Awaited<ReturnType<typeof startDynamoDb>>;
let database: DynamoDBClient;
let plans: Plans;
beforeAll(async () => {
  server = await startDynamoDb([ledgerTable('ledger')]);
  database = new DynamoDBClient(clientConfig(server.origin));
  plans = createPlans(createTable('ledger', clientConfig(server.origin)), () => NOW);
});
afterAll(async () => {
  database.destroy();
  await server.close();
});

/** Each test is about another person. */
let subjects = 0;
const person = () => {
  subjects += 1;
  const subject = `person-${subjects}`;
  return {
    subject,
    event: (id: string, time: string) => anEvent(id, { subject, time: `2026-11-${time}` }),
    items: async () => {
      const { Items = [] } = await database.send(new ScanCommand({ TableName: 'ledger' }));
      return Items.filter((item) => item['event']?.S === `hr#${subject}`);
    },
  };
};

const DECEMBER = Date.parse('2026-12-01T07:00:00Z');
const MONDAY = '23T09:00:00Z';
const TUESDAY = '24T09:00:00Z';
const WEDNESDAY = '25T09:00:00Z';

test('what is planned stands, however often it is planned or asked for', async () => {
  const hire = person().event('hire', MONDAY);
  expect(await plans.plan('Support', hire, DECEMBER)).toBe('stands');
  expect(await plans.plan('Support', hire, DECEMBER)).toBe('stands');
  expect(await plans.plan('Support', hire)).toBe('stands');
});

test('what was never planned stands, and asking writes nothing', async () => {
  const { event, items } = person();
  expect(await plans.plan('Support', event('hire', MONDAY))).toBe('stands');
  expect(await items()).toEqual([]);
});

test('a later event replaces an earlier one, and no late repeat of the earlier one takes it back', async () => {
  const { event } = person();
  const hire = event('hire', MONDAY);
  const moved = event('moved', TUESDAY);
  await plans.plan('Support', hire, DECEMBER);
  expect(await plans.plan('Support', moved, DECEMBER + DAY_MS)).toBe('stands');
  expect(await plans.plan('Support', hire)).toBe('replaced');
  expect(await plans.plan('Support', hire, DECEMBER)).toBe('replaced');
  expect(await plans.plan('Support', moved)).toBe('stands');
});

test('an earlier event that comes late is replaced before it began', async () => {
  const { event } = person();
  await plans.plan('Support', event('moved', TUESDAY), DECEMBER);
  expect(await plans.plan('Support', event('hire', MONDAY), DECEMBER)).toBe('replaced');
});

test('of two events of one time, the one that comes last stands', async () => {
  const { event } = person();
  const [one, other] = [event('one', MONDAY), event('other', MONDAY)];
  await plans.plan('Support', one, DECEMBER);
  expect(await plans.plan('Support', other, DECEMBER)).toBe('stands');
  expect(await plans.plan('Support', one)).toBe('replaced');
});

test('times are compared as instants, whatever their time zones and fractions', async () => {
  const { event } = person();
  // 10:00 in Berlin is 09:00 in Greenwich.
  await plans.plan('Support', event('later', '23T09:00:00.001Z'), DECEMBER);
  expect(await plans.plan('Support', event('earlier', '23T10:00:00+01:00'), DECEMBER)).toBe('replaced');
  expect(await plans.plan('Support', event('latest', '23T08:30:00-01:00'), DECEMBER)).toBe('stands');
});

test('what is withdrawn is withdrawn for all that was before, planned or not', async () => {
  const { event } = person();
  const hire = event('hire', MONDAY);
  await plans.plan('Support', hire, DECEMBER);
  await plans.withdraw('Support', event('left', TUESDAY));
  expect(await plans.plan('Support', hire)).toBe('withdrawn');
  expect(await plans.plan('Support', hire, DECEMBER)).toBe('withdrawn');
  expect(await plans.plan('Support', event('late', '23T08:00:00Z'), DECEMBER)).toBe('withdrawn');
  expect(await plans.plan('Support', event('late', '23T08:00:00Z'))).toBe('withdrawn');
});

test('whoever is hired again is planned for again, and what was withdrawn stays so', async () => {
  const { event } = person();
  const [hire, again] = [event('hire', MONDAY), event('again', WEDNESDAY)];
  await plans.plan('Support', hire, DECEMBER);
  await plans.withdraw('Support', event('left', TUESDAY));
  // A rule without a day only asks.
  expect(await plans.plan('Support', again)).toBe('stands');
  expect(await plans.plan('Support', again, DECEMBER)).toBe('stands');
  expect(await plans.plan('Support', hire)).toBe('replaced');
});

test('a withdrawal that comes late withdraws nothing of later', async () => {
  const { event } = person();
  const again = event('again', WEDNESDAY);
  await plans.plan('Support', again, DECEMBER);
  await plans.withdraw('Support', event('left', TUESDAY));
  expect(await plans.plan('Support', again)).toBe('stands');
});

test.each([
  ['plan, then withdrawal', ['plan', 'withdraw']],
  ['withdrawal, then plan', ['withdraw', 'plan']],
] as const)('of a plan and a withdrawal of one time, the withdrawal counts: %s', async (_, order) => {
  const { event } = person();
  const [hire, left] = [event('hire', MONDAY), event('left', MONDAY)];
  for (const step of order)
    if (step === 'plan') await plans.plan('Support', hire, DECEMBER);
    else await plans.withdraw('Support', left);
  expect(await plans.plan('Support', hire)).toBe('withdrawn');
  expect(await plans.plan('Support', hire, DECEMBER)).toBe('withdrawn');
});

test('rules, subjects and sources have plans of their own', async () => {
  const { event, subject } = person();
  const hire = event('hire', MONDAY);
  await plans.withdraw('Support', event('left', TUESDAY));
  expect(await plans.plan('Sales', hire)).toBe('stands');
  expect(await plans.plan('Support', person().event('hire', MONDAY))).toBe('stands');
  const elsewhere = anEvent('hire', { subject, source: 'bus', time: '2026-11-23T09:00:00Z' });
  expect(await plans.plan('Support', elsewhere)).toBe('stands');
  expect(await plans.plan('Support', hire)).toBe('withdrawn');
});

test.each<[string, (plans: Plans, event: ReturnType<typeof anEvent>) => Promise<unknown>, string]>([
  // 60 days after the day itself
  ['a plan', (to, event) => to.plan('Support', event, DECEMBER), '2027-01-30T07:00:00Z'],
  // 60 days after now
  ['a plan for a day that is over', (to, event) => to.plan('Support', event, 0), '2027-01-22T12:00:00Z'],
  // three years
  ['a withdrawal', (to, event) => to.withdraw('Support', event), '2029-11-22T12:00:00Z'],
])('%s is kept until nothing can ask for it any more', async (_, write, until) => {
  const { event, items } = person();
  await write(plans, event('hire', MONDAY));
  expect(await items()).toMatchObject([
    { entry: { S: 'plan#Support' }, expires: { N: String(Date.parse(until) / 1000) } },
  ]);
});

test('a table that cannot be used is told of, and nothing is taken for granted', async () => {
  const gone = createPlans(createTable('gone', clientConfig(server.origin)), () => NOW);
  const hire = person().event('hire', MONDAY);
  await expect(gone.plan('Support', hire)).rejects.toBeInstanceOf(LedgerUnavailable);
  await expect(gone.plan('Support', hire, DECEMBER)).rejects.toBeInstanceOf(LedgerUnavailable);
  await expect(gone.withdraw('Support', hire)).rejects.toBeInstanceOf(LedgerUnavailable);
});

test('in whatever order events come, and however often, the latest of them counts', async () => {
  const step = fc.record({ kind: fc.constantFrom('plan', 'withdraw'), minute: fc.nat(59) });
  await fc.assert(
    fc.asyncProperty(
      fc
        .uniqueArray(step, { selector: ({ minute }) => minute, minLength: 1, maxLength: 6 })
        .chain((steps) =>
          fc.tuple(
            fc.shuffledSubarray(steps, { minLength: steps.length }),
            fc.array(fc.constantFrom(...steps), { maxLength: 3 }),
          ),
        ),
      async ([steps, repeats]) => {
        const { event } = person();
        const eventOf = ({ minute }: { minute: number }) =>
          event(`at-${minute}`, `23T09:${String(minute).padStart(2, '0')}:00Z`);
        for (const each of [...steps, ...repeats])
          if (each.kind === 'plan') await plans.plan('Support', eventOf(each), DECEMBER + each.minute);
          else await plans.withdraw('Support', eventOf(each));
        const latest = steps.reduce((a, b) => (a.minute > b.minute ? a : b));
        for (const each of steps.filter(({ kind }) => kind === 'plan')) {
          const expected = latest.kind === 'withdraw' ? 'withdrawn' : each === latest ? 'stands' : 'replaced';
          expect(await plans.plan('Support', eventOf(each))).toBe(expected);
        }
      },
    ),
    { numRuns: 60 },
  );
});
