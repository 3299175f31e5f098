/**
 * Factorial webhooks, https://apidoc.factorialhr.com/docs/manage-webhooks.
 *
 * - There is no signature: the `challenge` that was chosen for the subscription comes back with every delivery.
 * - The body is the resource itself and does not say what happened to it: each kind of event needs a source of its
 *   own, whose `event.type` names it.
 * - There is no delivery id: the content is the id. Resources carry the time of their last change; the older ones, of
 *   `employee_created` and its like, do not, and there the same content once more is taken for a retry.
 * - `login_email` is preferred to `email`, which the vendor calls the personal one. No department, no work phone and no
 *   extension. The resource holds bank and social security numbers, and they stay in the payload.
 * - A resource about an employee (a contract, a membership in a team) has `employee_id`.
 * - Twenty retries in two days; then the subscription is switched off.
 */
import * as z from 'zod';
import { readJson } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Preset } from './preset.ts';

const text = z.string().optional();

const resourceSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    employee_id: text,
    first_name: text,
    last_name: text,
    full_name: text,
    login_email: text,
    email: text,
    company_identifier: text,
    updated_at: text,
  }),
);
type Resource = z.infer<typeof resourceSchema>;

const personOf = ({ id, employee_id, first_name, last_name, full_name, ...resource }: Resource) => {
  if (employee_id) return { id: employee_id };
  const name = full_name ?? [first_name, last_name].filter(Boolean).join(' ');
  // Only people are called so: a team or a place of work has a `name`.
  if (!name) return undefined;
  return {
    id,
    name,
    email: resource.login_email ?? resource.email,
    employeeNumber: resource.company_identifier,
  };
};

export const factorial: Preset = {
  auth: { header: { name: 'x-factorial-wh-challenge' } },
  read: ({ request }) => [
    draftOf(resourceSchema, readJson(request.body), (resource) => ({
      time: resource.updated_at,
      subject: resource.employee_id ?? resource.id,
      person: personOf(resource),
    })),
  ],
};
