/** The only reader of process.env. */
import type { AwsSettings } from './aws/service.ts';
import { ENVIRONMENT } from './names.ts';
import type { EnvironmentOf, FunctionName } from './names.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error that names every variable that is missing, at once */
export const environment = <Name extends FunctionName>(
  name: Name,
  variables: Variables = process.env,
): EnvironmentOf<Name> => {
  const wanted: readonly string[] = ENVIRONMENT[name];
  const found = Object.fromEntries(wanted.map((key) => [key, variables[key]]));
  if (!isComplete<Name>(found)) {
    const missing = wanted.filter((key) => !found[key]);
    throw new Error(`${name}: environment variables are missing: ${missing.join(', ')}`);
  }
  return found;
};

const isComplete = <Name extends FunctionName>(
  found: Readonly<Record<string, string | undefined>>,
): found is EnvironmentOf<Name> => Object.values(found).every((value) => value !== undefined && value !== '');

/** What Lambda sets in every function, and never changes while its process lives. */
const AWS = ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;

/**
 * Where AWS is, and the function's own credentials. `AWS_ENDPOINT_URL_<SERVICE>` names what stands in for a service, and
 * `AWS_ENDPOINT_URL` for all of them, as with AWS's SDKs.
 *
 * @throws Error that names every variable that is missing, at once
 */
export const awsEnvironment = (
  variables: Variables = process.env,
): Readonly<Record<'sqs' | 'dynamodb' | 'secrets', AwsSettings>> => {
  const [region, accessKeyId, secretAccessKey] = AWS.map((key) => variables[key]);
  if (!region || !accessKeyId || !secretAccessKey)
    throw new Error(`environment variables are missing: ${AWS.filter((key) => !variables[key]).join(', ')}`);
  const sessionToken = variables['AWS_SESSION_TOKEN'];
  const settings = (service: string): AwsSettings => {
    const endpoint = variables[`AWS_ENDPOINT_URL_${service}`] ?? variables['AWS_ENDPOINT_URL'];
    return {
      region,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
      ...(endpoint && { endpoint }),
    };
  };
  return { sqs: settings('SQS'), dynamodb: settings('DYNAMODB'), secrets: settings('SECRETS_MANAGER') };
};
