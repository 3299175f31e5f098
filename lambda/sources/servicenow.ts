/**
 * ServiceNow, which has no webhooks of its own: an administrator's script (RESTMessageV2) or flow sends what they write.
 * https://www.servicenow.com/docs/r/api-reference/server-api-reference/c_RESTMessageV2API.html
 *
 * - There is no signature: the REST message says a password or a header, and the operator says which.
 * - A record is read by the names of its columns, as the script of our documentation sends it, with the columns of the
 *   user in `requested_for`. `person` and `ticket` in our words are read as well, and the rest is mapped.
 * - A record counts its changes (`sys_mod_count`): table, record and count are the id, where all are there.
 * - Times are UTC, as 2026-01-31 18:42:00.
 * - What failed is not sent again (UNCONFIRMED for `executeAsync`).
 */
import * as z from 'zod';
import type { Auth } from '../configuration.ts';
import { readJson } from './body.ts';
import { withOwnWords } from './own-words.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const text = z.string().optional();

const userSchema = z.preprocess(
  worded,
  z.object({
    sys_id: text,
    email: text,
    name: text,
    department: text,
    location: text,
    title: text,
    employee_number: text,
    phone: text,
  }),
);

const recordSchema = z.preprocess(
  worded,
  z.object({
    table: text,
    sys_id: text,
    sys_mod_count: text,
    sys_updated_on: text,
    number: text,
    cat_item: text,
    state: text,
    requested_for: userSchema.optional(),
    variables: z.record(z.string(), z.unknown()).optional(),
  }),
);
type Row = z.infer<typeof recordSchema>;

const idOf = ({ table, sys_id, sys_mod_count }: Row): string | undefined =>
  table && sys_id && sys_mod_count ? `${table}/${sys_id}/${sys_mod_count}` : undefined;

const personOf = (user: z.infer<typeof userSchema>) => ({
  id: user.sys_id,
  email: user.email,
  name: user.name,
  department: user.department,
  location: user.location,
  title: user.title,
  employeeNumber: user.employee_number,
  workPhone: user.phone,
});

export const servicenow = (auth: Auth): Preset => ({
  auth,
  read: ({ request, mapping }) => {
    const draft = draftOf(recordSchema, readJson(request.body), (record) => ({
      id: idOf(record),
      type: record.table,
      time: record.sys_updated_on?.replace(/^(\S+) (\S+)$/, '$1T$2Z'),
      subject: record.number ?? record.sys_id,
      person: record.requested_for && personOf(record.requested_for),
      ticket: {
        id: record.sys_id,
        key: record.number,
        type: record.cat_item,
        status: record.state,
        fields: record.variables,
      },
    }));
    return [withOwnWords(draft, mapping)];
  },
});
