/**
 * Microsoft Graph change notifications, of Entra's users and groups:
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
 *
 * - There is no signature: every item carries the `clientState` that its subscription was made with. All have to be
 *   right. It is a secret, and so it is not in the payload that goes on.
 * - A subscription is made only if the URL answers `?validationToken=` with that token, as plain text, in 10 seconds.
 *   It is asked of lifecycleNotificationUrl too.
 * - One POST, several subscriptions. The `id` of an item is not always there; the item itself is the id then.
 * - It is thin: which user or group, and whether created, updated or deleted. Lifecycle notifications
 *   (`lifecycle.reauthorizationRequired`, ...) are events as well.
 */
import * as z from 'zod';
import { own, readJson, without } from './body.ts';
import { draftOf, textAnswer, worded } from './preset.ts';
import type { Draft, Preset } from './preset.ts';
import { queryOf } from './request.ts';

/** Microsoft's own are about a hundred characters. */
const MAX_TOKEN_LENGTH = 1024;

const text = z.string().optional();

const itemSchema = z.preprocess(
  worded,
  z.union([
    z.object({
      id: text,
      changeType: z.string(),
      resource: z.string(),
      resourceData: z.preprocess(worded, z.object({ id: text })).optional(),
    }),
    z.object({ id: text, lifecycleEvent: z.string(), subscriptionId: text }),
  ]),
);

/** `users` of `Users/4f1a...` and of `/users/4f1a...`. */
const collectionOf = (resource: string): string =>
  resource.split(/[/(?]/).find(Boolean)?.toLowerCase() ?? 'resource';

const readItem = (item: unknown): Draft => {
  const payload = without(item, 'clientState');
  return draftOf(itemSchema, payload, (read) => {
    if ('lifecycleEvent' in read)
      return { id: read.id, type: `lifecycle.${read.lifecycleEvent}`, subject: read.subscriptionId };
    const collection = collectionOf(read.resource);
    const id = read.resourceData?.id;
    return {
      id: read.id,
      type: `${collection}.${read.changeType}`,
      subject: id ?? read.resource,
      ...(collection === 'users' && { person: { id } }),
    };
  });
};

export const microsoftGraph: Preset = {
  auth: { items: { list: 'value', field: 'clientState' } },
  handshake: {
    open: (request) => {
      const token = queryOf(request, 'validationToken');
      return token && token.length <= MAX_TOKEN_LENGTH ? textAnswer(token) : undefined;
    },
  },
  read: ({ request }) => {
    const body = readJson(request.body);
    const value = own(body, 'value');
    return Array.isArray(value) && value.length > 0
      ? value.map(readItem)
      : [{ payload: body, unrecognized: 'value: must be a list of at least one' }];
  },
};
