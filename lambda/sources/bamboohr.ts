/**
 * BambooHR webhooks: https://documentation.bamboohr.com/docs/event-based-webhooks and .../docs/field-based-webhooks.
 *
 * - Signed is the body followed by the timestamp; other orders that are about in blog posts do not verify.
 * - No freshness window is published; five minutes are ours.
 * - Field-based: one POST, several employees; only `Updated` carries values. Names of fields are the display names or
 *   the aliases that the administrator chose.
 * - Event-based: an id and the names of what changed, nothing more.
 * - There is no delivery id. What happened to whom at what time is the id, and so the same over retries. Older
 *   deliveries have no time in the body: there, the same values once more are taken for a retry.
 */
import * as z from 'zod';
import { contentId } from '../event.ts';
import type { Person } from '../event.ts';
import { isRecord } from '../json.ts';
import { own, readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

/** Our word for a field, and BambooHR's names for it as `plainName` spells them: the first that is there counts. */
const FIELDS = {
  email: ['workemail', 'email'],
  extension: ['workext', 'workextension', 'workphoneextension', 'extension'],
  workPhone: ['workphone'],
  department: ['department'],
  division: ['division'],
  location: ['location'],
  title: ['jobtitle', 'title'],
  employeeNumber: ['employee#', 'employeenumber', 'employeeno'],
  startDate: ['hiredate', 'startdate'],
  status: ['status', 'employmentstatus'],
} satisfies Partial<Record<keyof Person, readonly string[]>>;
const NAMES = {
  displayName: ['displayname', 'fullname'],
  givenName: ['preferredname', 'preferred', 'firstname'],
  familyName: ['lastname'],
};
const WORDS = Object.entries<readonly string[]>(FIELDS);
const KNOWN = new Set([...Object.values(FIELDS), ...Object.values(NAMES)].flat());

/** "Work Ext." and "workExt" are one name. */
const plainName = (label: string): string => label.toLowerCase().replaceAll(/[^a-z0-9#]/g, '');

/** Older deliveries wrap each value: `{ "value": "Support" }`. Empty where there is none, undefined for what is no text. */
const fieldText = (field: unknown): string | undefined => {
  const value = isRecord(field) && Object.hasOwn(field, 'value') ? field['value'] : field;
  if (typeof value === 'string') return value;
  if (value === null) return '';
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
};

const fieldsSchema = z
  .preprocess(
    // An empty map may come as the empty list that PHP takes it for.
    (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
    z.record(z.string(), z.unknown()),
  )
  .transform((fields, { issues }) => {
    const values = new Map<string, string>();
    for (const [label, field] of Object.entries(fields)) {
      const name = plainName(label);
      if (!KNOWN.has(name) || values.has(name)) continue;
      const value = fieldText(field);
      if (value === undefined)
        issues.push({ code: 'custom', input: field, path: [label], message: 'must be text' });
      else if (value.trim() !== '') values.set(name, value);
    }
    return values;
  });

const personOf = (values: ReadonlyMap<string, string>): Person => {
  const first = (names: readonly string[]): string | undefined => {
    const name = names.find((each) => values.has(each));
    return name === undefined ? undefined : values.get(name);
  };
  const parts = [first(NAMES.givenName), first(NAMES.familyName)].filter(Boolean);
  return {
    ...Object.fromEntries(WORDS.map(([word, names]) => [word, first(names)])),
    name: first(NAMES.displayName) ?? (parts.length > 0 ? parts.join(' ') : undefined),
  };
};

const employeeSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    action: z.preprocess(
      (value) => (typeof value === 'string' ? value.toLowerCase() : value),
      // Older deliveries, which were sent for updates only, have no action.
      z.enum(['created', 'updated', 'deleted']).default('updated'),
    ),
    timestamp: z.string().optional(),
    changedFields: z.array(z.string()).optional(),
    fields: fieldsSchema.optional(),
  }),
);

const eventSchema = z.preprocess(
  worded,
  z.object({
    type: z.string(),
    timestamp: z.string().optional(),
    data: z.preprocess(
      worded,
      z.object({ employeeId: z.string(), changedFields: z.array(z.string()).optional() }),
    ),
  }),
);

/** Two changes of one employee at one time differ in their fields. */
const idOf = (source: string, type: string, employee: string, ...rest: unknown[]): string =>
  contentId(source, type, employee, JSON.stringify(rest));

const readEmployee =
  (source: string) =>
  (employee: unknown): Draft =>
    draftOf(employeeSchema, employee, ({ id, action, timestamp, changedFields, fields }) => {
      const type = `employee.${action}`;
      return {
        id: idOf(source, type, id, timestamp, changedFields, own(employee, 'fields')),
        type,
        time: timestamp,
        subject: id,
        person: { ...personOf(fields ?? new Map()), id, changedFields },
      };
    });

const readEvent = (source: string, body: unknown): Draft =>
  draftOf(eventSchema, body, ({ type, timestamp, data: { employeeId, changedFields } }) => ({
    id: idOf(source, type, employeeId, timestamp, changedFields),
    type,
    time: timestamp,
    subject: employeeId,
    person: { id: employeeId, changedFields },
  }));

export const bamboohr: Preset = {
  auth: {
    hmac: {
      header: 'x-bamboohr-signature',
      algorithm: 'sha256',
      encoding: 'hex',
      signed: '{body}{timestamp}',
      timestamp: { header: 'x-bamboohr-timestamp', unit: 's', tolerance: 300 },
      key: 'text',
    },
  },
  read: ({ name, request }) => {
    const body = readJson(request.body);
    const employees = own(body, 'employees');
    if (employees === undefined) return [readEvent(name, body)];
    if (!Array.isArray(employees) || employees.length === 0)
      return [{ payload: body, unrecognized: 'employees: must be a list of at least one' }];
    return employees.map(readEmployee(name));
  },
};
