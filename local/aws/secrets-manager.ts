/** Secrets Manager on one machine, as far as GetSecretValue goes: no emulator of it is on npm. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ACCOUNT, REGION } from './account.ts';
import { answerOperation, AwsFault, targetOf } from './json-protocol.ts';
import { readBody, serve } from './server.ts';
import type { Serving } from './server.ts';

/** AWS throttles, is down, or does not allow the role to read. */
export type Trouble = 'throttled' | 'down' | 'denied';

export interface SecretsManager extends Serving {
  /** Sets the value, or replaces it by a new version; undefined: the secret has no value (any more). */
  readonly put: (name: string, value: string | undefined) => void;
  /** From now on every read fails in this way; undefined: all is well again. */
  readonly trouble: (trouble: Trouble | undefined) => void;
}

/** AWS puts six characters of its own behind the name. */
export const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-L0cal0`;

const faultOf = (trouble: Trouble): AwsFault => {
  switch (trouble) {
    case 'throttled':
      return new AwsFault('ThrottlingException', 'Rate exceeded');
    case 'down':
      return new AwsFault('InternalServiceError', 'An error occurred on the server side.', 500);
    case 'denied':
      return new AwsFault('AccessDeniedException', 'not authorized: secretsmanager:GetSecretValue');
  }
};

const requestSchema = z.object({ SecretId: z.string().min(1) });

interface Version {
  readonly id: string;
  readonly value: string;
  /** Seconds since 1970. */
  readonly created: number;
}

export const startSecretsManager = async (names: readonly string[]): Promise<SecretsManager> => {
  const secrets = new Map<string, Version | undefined>(names.map((name) => [name, undefined]));
  let trouble: Trouble | undefined;

  const getSecretValue = (input: unknown) => {
    if (trouble) throw faultOf(trouble);
    const id = requestSchema.safeParse(input).data?.SecretId;
    if (id === undefined) throw new AwsFault('InvalidParameterException', 'SecretId is missing');
    const name = [...secrets.keys()].find((known) => id === known || id === secretArn(known));
    if (name === undefined)
      throw new AwsFault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const version = secrets.get(name);
    if (!version)
      throw new AwsFault(
        'ResourceNotFoundException',
        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
      );
    return {
      ARN: secretArn(name),
      Name: name,
      VersionId: version.id,
      SecretString: version.value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: version.created,
    };
  };

  const serving = await serve(async (request, response) => {
    const body = await readBody(request);
    answerOperation({ 'secretsmanager.GetSecretValue': getSecretValue }, targetOf(request), body, response);
  });

  return {
    ...serving,
    put: (name, value) => {
      if (!secrets.has(name)) throw new Error(`no secret is named ${name}`);
      secrets.set(name, value === undefined ? undefined : versionOf(value));
    },
    trouble: (next) => {
      trouble = next;
    },
  };
};

/** AWS's version ids have 32 to 64 characters; the same value gets the same one here. */
const versionOf = (value: string): Version => ({
  id: createHash('sha256').update(value).digest('hex').slice(0, 36),
  value,
  created: Date.now() / 1000,
});
