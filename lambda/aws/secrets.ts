/** Secrets Manager: one secret, kept for a while, read afresh on demand. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requestHandler } from './request-handler.ts';
import { sendOf } from './service.ts';
import type { AwsSettings } from './service.ts';
import { Sha256 } from './sha256.ts';

/** How long a secret read is believed: the longest that a rotation goes unnoticed where nobody complains. */
const LIFETIME_MS = 5 * 60_000;

export interface Secret {
  /**
   * The secret's text. A failed read is never kept, and reads at the same time are one.
   *
   * @param maxAgeMs how old the copy may be; left out: five minutes
   * @throws SecretUnavailable
   */
  read(maxAgeMs?: number): Promise<string>;
}

/** Secrets Manager did not answer, or the secret has no text. Nobody's event is at fault. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable';
}

export const createSecret = (id: string, now: () => number, settings: AwsSettings): Secret => {
  const { region, credentials, endpoint } = settings;
  const client = new SecretsManagerClient({
    region,
    credentials,
    ...(endpoint !== undefined && { endpoint }),
    // The road has its own second try.
    maxAttempts: 1,
    requestHandler: requestHandler(sendOf(settings)),
    sha256: Sha256,
    defaultUserAgentProvider: () => Promise.resolve([['onqueue', '1']]),
  });
  let kept: { readonly text: string; readonly readAt: number } | undefined;
  let underway: Promise<string> | undefined;

  const fetch = async (): Promise<string> => {
    const readAt = now();
    try {
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }));
      if (text === undefined) throw new Error('the secret is binary, it has to be text');
      kept = { text, readAt };
      return text;
    } catch (cause) {
      throw new SecretUnavailable('Secrets Manager did not give the secret', { cause });
    } finally {
      underway = undefined;
    }
  };

  return {
    read: async (maxAgeMs = LIFETIME_MS) =>
      kept && now() - kept.readAt < maxAgeMs ? kept.text : await (underway ??= fetch()),
  };
};
