/**
 * Merge webhooks, for the systems behind its unified HRIS and ticketing:
 * https://docs.merge.dev/merge-unified/reading-data/webhooks/merge-webhooks.
 *
 * - The signature is base64url. Whether it is padded differs between public receivers: both are read.
 * - `hook.id` names the webhook, not the delivery: the content is the id. That retries repeat it is UNCONFIRMED.
 * - Types end in .added, .changed and .removed in one text of the vendor, in .created, .updated and .deleted in
 *   another, and newer ones may be lower case: the type stays as it is written.
 * - "Changed data" brings the whole model. What it refers to comes as an id, or as an object where it is expanded:
 *   only then are the department and the place of work read. It has no work phone and no extension.
 * - Merge asks the system behind it from time to time: an event is as late as that.
 */
import * as z from 'zod';
import { own, readJson, textOf } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const text = z.string().optional();

const hookSchema = z.preprocess(worded, z.object({ event: z.string() }));

const eventOf = <Data extends z.ZodRawShape>(data: Data) =>
  z.preprocess(
    worded,
    z.object({
      hook: hookSchema,
      data: z.preprocess(worded, z.object({ id: text, modified_at: text, ...data })),
    }),
  );

const employeeSchema = eventOf({
  employee_number: text,
  first_name: text,
  last_name: text,
  display_full_name: text,
  work_email: text,
  start_date: text,
  employment_status: text,
  groups: z.unknown().optional(),
  work_location: z.unknown().optional(),
});

const ticketSchema = eventOf({ ticket_type: text, status: text });

const otherSchema = z.preprocess(worded, z.object({ hook: hookSchema, data: z.unknown().optional() }));

/** Of several departments none is the person's own. */
const departmentOf = (groups: unknown): string | undefined => {
  const departments = Array.isArray(groups)
    ? groups.filter((group: unknown) => own(group, 'type') === 'DEPARTMENT')
    : [];
  return departments.length === 1 ? textOf(own(departments[0], 'name')) : undefined;
};

const readEmployee = (body: unknown): Draft =>
  draftOf(employeeSchema, body, ({ hook, data }) => ({
    type: hook.event,
    time: data.modified_at,
    subject: data.id,
    person: {
      id: data.id,
      email: data.work_email,
      name:
        data.display_full_name ?? ([data.first_name, data.last_name].filter(Boolean).join(' ') || undefined),
      department: departmentOf(data.groups),
      location: textOf(own(data.work_location, 'name')),
      employeeNumber: data.employee_number,
      startDate: data.start_date,
      status: data.employment_status,
    },
  }));

const readTicket = (body: unknown): Draft =>
  draftOf(ticketSchema, body, ({ hook, data }) => ({
    type: hook.event,
    time: data.modified_at,
    subject: data.id,
    ticket: { id: data.id, type: data.ticket_type, status: data.status },
  }));

const readOther = (body: unknown): Draft =>
  draftOf(otherSchema, body, ({ hook, data }) => ({ type: hook.event, subject: textOf(own(data, 'id')) }));

export const merge: Preset = {
  auth: {
    hmac: {
      header: 'x-merge-webhook-signature',
      algorithm: 'sha256',
      encoding: 'base64url',
      signed: '{body}',
      key: 'text',
    },
  },
  read: ({ request }) => {
    const body = readJson(request.body);
    const [model] =
      textOf(own(own(body, 'hook'), 'event'))
        ?.toLowerCase()
        .split('.') ?? [];
    if (model === 'employee') return [readEmployee(body)];
    return [model === 'ticket' ? readTicket(body) : readOther(body)];
  },
};
