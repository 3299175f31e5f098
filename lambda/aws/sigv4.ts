/** AWS Signature Version 4, of a POST to the root of a service: that is how AWS's JSON protocols call. Pure. */
import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of a role's credentials, as a function's always are. */
  readonly sessionToken?: string;
}

export interface Signing {
  readonly host: string;
  /** By names in lower case. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  /** As AWS abbreviates it: `sqs`, `dynamodb`. */
  readonly service: string;
  readonly credentials: Credentials;
  readonly at: Date;
}

const sha256 = (text: string): string => hash('sha256', text, 'hex');
const hmac = (key: string | Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** The last key of each service: it is the same all day long, and takes most of a signature's work. */
const keys = new Map<string, { readonly secret: string; readonly scope: string; readonly key: KeyObject }>();

const signingKey = (secret: string, date: string, region: string, service: string): KeyObject => {
  const scope = `${date}/${region}`;
  const known = keys.get(service);
  if (known?.secret === secret && known.scope === scope) return known.key;
  const derived = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const key = createSecretKey(Buffer.from(derived));
  keys.set(service, { secret, scope, key });
  return key;
};

/** @returns the headers, and those that sign them */
export const signed = (signing: Signing): Record<string, string> => {
  const { host, headers, body, region, service, credentials, at } = signing;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  // 20150830T123600Z
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    host,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(all).toSorted();
  const lines = names.map((name) => `${name}:${all[name]?.trim() ?? ''}\n`);
  const signedHeaders = names.join(';');
  const canonical = ['POST', '/', '', lines.join(''), signedHeaders, sha256(body)].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = signingKey(secretAccessKey, date, region, service);
  const signature = hmac(key, toSign).toString('hex');
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  };
};
