/** The signing keys: one secret for all sources, JSON from a source's name to its key or keys. */
import * as z from 'zod';
import { parsed } from '../json.ts';
import type { Secret } from './secrets.ts';

/** The secret is no JSON object of keys: our own fault, whatever the sender sent. */
export class KeysUnusable extends Error {
  override readonly name = 'KeysUnusable';
}

export interface Keys {
  /**
   * The keys of a source: two live at once while one is being exchanged for another; none where it has none.
   *
   * @param maxAgeMs as of {@link Secret.read}
   * @throws SecretUnavailable, KeysUnusable
   */
  of(source: string, maxAgeMs?: number): Promise<readonly string[]>;
}

/** The other entries are not looked at: one source's slip must not shut out the others. */
const secretSchema = z.record(z.string(), z.unknown());
const entrySchema = z.union([z.string().transform((key) => [key]), z.array(z.string())]);

export const createKeys = (secret: Secret): Keys => {
  let last: { readonly text: string; readonly all: ReturnType<typeof secretSchema.safeParse> } | undefined;
  const allIn = (text: string) => {
    if (last?.text !== text) last = { text, all: secretSchema.safeParse(parsed(text)) };
    return last.all;
  };
  return {
    of: async (source, maxAgeMs) => {
      const all = allIn(await secret.read(maxAgeMs));
      if (!all.success)
        throw new KeysUnusable(
          'the signing keys are no JSON object: {"source": "key"} or {"source": ["key", "key"]}',
        );
      const entry = Object.hasOwn(all.data, source) ? all.data[source] : [];
      const keys = entrySchema.safeParse(entry);
      if (!keys.success)
        throw new KeysUnusable('the entry of this source is no key (text) and no list of keys');
      return keys.data;
    },
  };
};
