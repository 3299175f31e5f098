/**
 * Help Scout webhooks, https://developer.helpscout.com/webhooks/.
 *
 * - Signed is the body alone, with no time in it.
 * - Which event it was is said by X-HelpScout-Event alone. It is not signed, so that whoever had recorded one delivery
 *   could send it again as another event: it is not read. The body shows what it is about, and that is the type:
 *   `conversation` or `customer`; of all else (ratings, chats, tags, and what was deleted, of which only the id comes)
 *   there is none. Which events are sent at all is chosen at Help Scout.
 * - There is no delivery id: the content is the id. `customerWaitingSince`, which tells how long ago in words, is left out of it.
 *   That the body is the same over the ten tries is UNCONFIRMED; where it is not, the conversation has changed.
 * - The value of a custom field is the option's number where it is chosen from a list; its wording is in `text`.
 * - The `notification` option leaves nothing but a link in the body, with which no rule can do anything.
 */
import * as z from 'zod';
import { own, readJson, without } from './body.ts';
import { draftOf, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';

const text = z.string().optional();

const whoSchema = z.preprocess(worded, z.object({ type: text, email: text })).optional();

const customFieldSchema = z.preprocess(
  worded,
  z.object({ id: text, name: text, value: z.unknown().optional(), text }),
);

const conversationSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    number: text,
    type: text,
    status: text,
    createdAt: text,
    userUpdatedAt: text,
    createdBy: whoSchema,
    primaryCustomer: whoSchema,
    customFields: z.array(customFieldSchema).optional(),
  }),
);
type Conversation = z.infer<typeof conversationSchema>;

const customerSchema = z.preprocess(
  worded,
  z.object({
    id: text,
    firstName: text,
    lastName: text,
    jobTitle: text,
    createdAt: text,
    updatedAt: text,
    email: text,
    _embedded: z
      .preprocess(
        worded,
        z.object({ emails: z.array(z.preprocess(worded, z.object({ value: text }))).optional() }),
      )
      .optional(),
  }),
);
type Customer = z.infer<typeof customerSchema>;

/** By its name, as it is called on the form, and by its id, which stays when the name is changed. */
const fieldsOf = (customFields: Conversation['customFields']): Record<string, unknown> | undefined =>
  customFields &&
  Object.fromEntries(
    customFields.flatMap(({ id, name, value, text: wording }) =>
      [id, name].flatMap((key): [string, unknown][] => (key === undefined ? [] : [[key, wording ?? value]])),
    ),
  );

const readConversation = (read: Conversation): Omit<Draft, 'payload'> => {
  const { id, number: key, type, status, createdBy, primaryCustomer } = read;
  const author = createdBy?.type === 'customer' ? createdBy.email : undefined;
  return {
    type: 'conversation',
    time: read.userUpdatedAt ?? read.createdAt,
    ticket: {
      ...{ id, key, type, status },
      requesterEmail: primaryCustomer?.email ?? author,
      fields: fieldsOf(read.customFields),
    },
  };
};

const readCustomer = ({ id, firstName, lastName, jobTitle: title, email, ...rest }: Customer) => ({
  type: 'customer',
  time: rest.updatedAt ?? rest.createdAt,
  person: {
    id,
    name: [firstName, lastName].filter(Boolean).join(' ') || undefined,
    email: email ?? rest._embedded?.emails?.[0]?.value,
    title,
  },
});

const draftFrom = (body: unknown): Draft => {
  const has = (key: string) => own(body, key) !== undefined;
  if (has('mailboxId')) return draftOf(conversationSchema, body, readConversation);
  if (has('firstName') || has('lastName')) return draftOf(customerSchema, body, readCustomer);
  return draftOf(z.looseObject({}), body, () => ({}));
};

export const helpscout: Preset = {
  auth: {
    hmac: {
      header: 'x-helpscout-signature',
      algorithm: 'sha1',
      encoding: 'base64',
      signed: '{body}',
      key: 'text',
    },
  },
  read: ({ request }) => {
    return [draftFrom(without(readJson(request.body), 'customerWaitingSince'))];
  },
};
