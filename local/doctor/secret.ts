/** The token as it is in Secrets Manager, read with the operator's own credentials. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Finding } from './report.ts';

/** A person waits, from anywhere. */
const PATIENCE = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** @returns the secret's text, or why there is none */
export const readSecret = async (secretId: string): Promise<string | Finding> => {
  const region = regionOf(secretId);
  const client = new SecretsManagerClient({
    requestHandler: PATIENCE,
    ...(region !== undefined && { region }),
  });
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    if (text === undefined) throw new Error('the secret is binary, it has to be text');
    return text;
  } catch (cause) {
    return { level: 'problem', about: 'token', final: true, ...explain(cause) };
  } finally {
    client.destroy();
  }
};

/** Of `arn:aws:secretsmanager:eu-west-1:...`; a name alone tells none. */
const regionOf = (secretId: string): string | undefined =>
  /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):/.exec(secretId)?.[1];

const explain = (cause: unknown): Pick<Finding, 'sentence' | 'remedy'> => {
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  switch (name) {
    case 'ResourceNotFoundException':
      return {
        sentence: 'is not in Secrets Manager: no such secret, or it holds nothing',
        remedy: "Copy the ARN from the deploy's output CheckNetSapiens; mind the account and the region.",
      };
    case 'AccessDeniedException':
      return {
        sentence: 'may not be read with the AWS credentials at hand',
        remedy: 'Use credentials that allow secretsmanager:GetSecretValue on this secret.',
      };
    case 'CredentialsProviderError':
      return {
        sentence: 'cannot be read: there are no AWS credentials',
        remedy: 'Log in to AWS as for the deploy, or put the token into NETSAPIENS_TOKEN.',
      };
    default:
      return message === 'Region is missing'
        ? {
            sentence: 'cannot be read: the name of a secret tells no region',
            remedy: 'Give its whole ARN, or set AWS_REGION.',
          }
        : {
            sentence: `cannot be read from Secrets Manager: ${name}: ${message}`,
            remedy: 'Look at the AWS credentials, the region and the network of this machine.',
          };
  }
};
