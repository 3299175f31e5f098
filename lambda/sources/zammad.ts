/**
 * Zammad webhooks, https://admin-docs.zammad.org/en/latest/manage/webhook.html.
 *
 * - There is a signature only if the webhook has a token. SHA-1, over the body, with no time in it.
 * - X-Zammad-Delivery is the same over retries, but it is not signed, so that a replay could bring another: the content
 *   is the id. Zammad writes the body anew for each of its five tries, so that a ticket that changes between two of
 *   them makes another event, about which there is nothing left to do. Nor is X-Zammad-Trigger signed, and no event
 *   has a type: a rule asks what the ticket says.
 * - Zammad's own body has the ticket with its custom fields as plain keys; `ticket.fields` are those of its keys that
 *   are no objects. In a custom payload, `person` and `ticket` in our words are read, the rest is mapped.
 */
import type { Ticket } from '../event.ts';
import { isRecord } from '../json.ts';
import { own, readJson, textOf } from './body.ts';
import { vocabularyIn, worded } from './preset.ts';
import type { Preset } from './preset.ts';

/** Nothing of a ticket that an administrator wrote in our words: Zammad's own has its number. */
const ownTicket = (ticket: unknown): Ticket => {
  const words = worded(ticket);
  const key = textOf(own(words, 'number'));
  if (!isRecord(ticket) || key === undefined) return {};
  return {
    key,
    status: textOf(own(words, 'state')),
    requesterEmail: textOf(own(own(words, 'customer'), 'email')),
    fields: Object.fromEntries(
      Object.entries(ticket).filter(([, value]) => value !== null && !isRecord(value)),
    ),
  };
};

export const zammad: Preset = {
  auth: {
    hmac: {
      header: 'x-hub-signature',
      algorithm: 'sha1',
      encoding: 'hex',
      prefix: 'sha1=',
      signed: '{body}',
      key: 'text',
    },
  },
  read: ({ request, mapping }) => {
    const body = readJson(request.body);
    const ticket = own(body, 'ticket');
    const words = vocabularyIn(body, mapping);
    return [
      {
        ...words,
        ticket: { ...ownTicket(ticket), ...words.ticket },
        time: textOf(own(ticket, 'updated_at')),
        payload: body,
      },
    ];
  },
};
