/** Senders whose administrator writes the body, and may do so in our words. */
import type { Mapping } from '../configuration.ts';
import { vocabularyIn } from './preset.ts';
import type { Draft } from './preset.ts';

/** `person` and `ticket` at the top of the payload go over what the sender's own shape says. */
export const withOwnWords = (draft: Draft, mapping: Mapping): Draft => {
  const { person, ticket, unrecognized } = vocabularyIn(draft.payload, mapping);
  return {
    ...draft,
    person: person ?? draft.person,
    ticket: ticket ?? draft.ticket,
    unrecognized: draft.unrecognized ?? unrecognized,
  };
};
