/** Any sender whose signature the operator describes and whose payload the operator maps: JSON or a form. */
import type { Auth } from '../configuration.ts';
import { readBody } from './body.ts';
import { vocabularyIn } from './preset.ts';
import type { Preset } from './preset.ts';
import { headerOf } from './request.ts';

export const http = (auth: Auth): Preset => ({
  auth,
  read: ({ request, mapping }) => {
    const body = readBody(request);
    // An id that is signed is the sender's own name for the delivery. One that is not could be exchanged.
    const signedId = 'hmac' in auth && auth.hmac.id ? headerOf(request, auth.hmac.id) : undefined;
    return [{ id: signedId, payload: body, ...vocabularyIn(body, mapping) }];
  },
});
