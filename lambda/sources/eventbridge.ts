/** EventBridge's envelope around an event of whoever puts events on the bus; there is no signature. */
import * as z from 'zod';
import type { Mapping } from '../configuration.ts';
import { own, textOf } from './body.ts';
import { draftOf, vocabularyIn, worded } from './preset.ts';
import type { Draft } from './preset.ts';

const envelopeSchema = z.preprocess(
  worded,
  z.object({
    id: z.string(),
    'detail-type': z.string(),
    time: z.string().optional(),
    detail: z.record(z.string(), z.unknown()),
  }),
);

/** The payload is the detail; of what is no envelope, all. */
export const readEnvelope = (envelope: unknown, mapping: Mapping): Draft => {
  const draft = draftOf(envelopeSchema, envelope ?? null, ({ 'detail-type': type, time }) => ({
    type,
    time,
    ...vocabularyIn(own(envelope, 'detail'), mapping, ['detail']),
  }));
  const payload = draft.type === undefined ? draft.payload : own(envelope, 'detail');
  return { ...draft, id: textOf(own(envelope, 'id')), payload };
};
