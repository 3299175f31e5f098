/** What `npm run doctor` is asked for. */
import { parseArgs } from 'node:util';
import { operatorsFile, originOf, UsageError } from '../flags.ts';

export interface Flags {
  readonly configurationFile: string;
  /** Left out: the server of the configuration. */
  readonly netsapiens: string | undefined;
  /** The ARN or the name of a secret in Secrets Manager; left out: NETSAPIENS_TOKEN. */
  readonly secretId: string | undefined;
}

export const USAGE = `npm run doctor -- [FLAGS]
Checks that NetSapiens will take what Onqueue sends, and changes nothing there.
Flags:
  --secret-id ARN      the token from AWS Secrets Manager, with the AWS credentials at hand;
                       left out: from the environment variable NETSAPIENS_TOKEN
  --config FILE        the operator's file (default: onqueue.yaml of this repository)
  --netsapiens ORIGIN  another server than the file names: https://host[:port], or
                       http://127.0.0.1:port on this machine`;

const text = { type: 'string' } as const;

/** @throws UsageError */
export const readFlags = (args: readonly string[] = process.argv.slice(2)): Flags => {
  const { config, netsapiens, 'secret-id': secretId } = parse(args);
  if (secretId === '') throw new UsageError(`--secret-id: is empty\n\n${USAGE}`);
  return {
    configurationFile: config ?? operatorsFile(),
    netsapiens: netsapiens === undefined ? undefined : originOf(netsapiens),
    secretId,
  };
};

const parse = (args: readonly string[]) => {
  try {
    const options = { config: text, netsapiens: text, 'secret-id': text };
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
};
