/** Keys as operators paste them, and the bytes behind them. */
import type { Hmac } from '../configuration.ts';
import type { Scheme } from './scheme.ts';

const PUBLIC_KEY_BYTES = 32;

/** Undefined for a key that can never verify: empty, not decodable, or with the line break of a careless paste. */
export const secretOf = (scheme: Scheme, key: string): Buffer | undefined => {
  if (key.trim() === '' || /\p{Cc}/u.test(key)) return undefined;
  if ('ed25519' in scheme) {
    const bytes = key.startsWith('whpk_') ? decode(key.slice('whpk_'.length), 'base64') : undefined;
    return bytes?.length === PUBLIC_KEY_BYTES ? bytes : undefined;
  }
  switch ('hmac' in scheme ? scheme.hmac.key : 'text') {
    case 'text':
      return Buffer.from(key);
    case 'base64':
      return decode(key, 'base64');
    case 'whsec':
      return decode(key.replace(/^whsec_/, ''), 'base64');
  }
};

/** Strict where Buffer is lenient, except that base64's padding may be left out. Undefined for no bytes at all. */
export const decode = (text: string, encoding: Hmac['encoding']): Buffer | undefined => {
  const bytes = Buffer.from(text, encoding);
  const exact = bytes.toString(encoding).replace(/=+$/, '');
  const given = encoding === 'hex' ? text.toLowerCase() : text;
  const padded = encoding === 'hex' ? exact : exact.padEnd(Math.ceil(exact.length / 4) * 4, '=');
  return bytes.length > 0 && (given === exact || given === padded) ? bytes : undefined;
};
