/** `npm start`: Onqueue on one machine, until it is stopped. */
import { ConfigurationError, loadConfiguration } from '../infra/configuration.ts';
import type { Configuration } from '../lambda/configuration.ts';
import { webhookPath } from '../lambda/names.ts';
import { authOf, isWebhook } from '../lambda/sources/source.ts';
import { credentialsOf } from './credentials.ts';
import type { Credentials } from './credentials.ts';
import { startEmbedded } from './embedded.ts';
import { readFlags, UsageError } from './flags.ts';
import { startSimulator } from './netsapiens/simulator.ts';

const DEFAULT_PORT = 8787;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const start = async (): Promise<void> => {
  const flags = readFlags();
  const configuration = loadConfiguration(flags.configurationFile);
  const credentials = credentialsOf(flags, configuration);
  const simulator =
    flags.netsapiens === undefined ? await startSimulator(telephones(configuration, credentials)) : undefined;
  const netsapiens = flags.netsapiens ?? simulator?.origin ?? '';
  const embedded = await startEmbedded({
    ...credentials,
    configurationFile: flags.configurationFile,
    netsapiens,
    port: flags.port ?? DEFAULT_PORT,
    bundled: flags.bundled,
    write: print,
  }).catch(async (error: unknown) => {
    await simulator?.close();
    throw error;
  });

  print(welcome(embedded.origin, netsapiens, simulator !== undefined, configuration, credentials));
  const stop = (): void => {
    void Promise.all([embedded.close(), simulator?.close()]);
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
};

/** A domain with more people and queues than anybody tries out by hand, and with every queue that a rule names. */
const telephones = ({ netsapiens, rules }: Configuration, { token }: Credentials) => {
  const thousand = (from: number) => Array.from({ length: 1000 }, (_, index) => String(from + index));
  const named = rules.flatMap(({ queues }) => queues).filter((queue) => !queue.includes('{%'));
  return {
    domain: netsapiens.domain,
    token,
    users: thousand(1000).map((user) => ({ user, devices: [user, `${user}n`] })),
    queues: [...new Set([...thousand(3000), ...named])].map((callqueue) => ({
      callqueue,
      description: `Queue ${callqueue}`,
    })),
  };
};

const welcome = (
  origin: string,
  netsapiens: string,
  isSimulated: boolean,
  { sources }: Configuration,
  { keys, areDevelopmentKeys }: Credentials,
): string =>
  [
    `Onqueue is at ${origin}`,
    isSimulated
      ? `NetSapiens is a simulator at ${netsapiens}: users 1000 to 1999, call queues 3000 to 3999`
      : `NetSapiens is ${netsapiens}`,
    '',
    ...Object.keys(sources).map((name) => describe(name, origin, { sources })),
    `outcomes: ${origin}/outcomes`,
    ...(areDevelopmentKeys
      ? ['', 'The signing keys are well-known ones, for this machine alone:', JSON.stringify(keys)]
      : []),
    ...example(origin, sources, keys, areDevelopmentKeys),
    '',
  ].join('\n');

const describe = (name: string, origin: string, { sources }: Pick<Configuration, 'sources'>): string =>
  sources[name]?.type === 'eventbridge'
    ? `${name}: aws events put-events --endpoint-url ${origin} --entries ...`
    : `${name}: ${origin}${webhookPath(name)}`;

/** What the source `requests` of the repository's onqueue.yaml understands; to another it is an event like any other. */
const SAMPLE = {
  requestId: 'r-1',
  kind: 'night-line',
  email: 'dana@acme.example',
  extension: '1002',
  team: 'Night',
};

/** A request to copy, for the first source that a fixed header opens. Keys of the operator's own are not printed. */
const example = (
  origin: string,
  sources: Configuration['sources'],
  keys: Credentials['keys'],
  areDevelopmentKeys: boolean,
): string[] => {
  for (const [name, source] of Object.entries(sources)) {
    if (!isWebhook(source)) continue;
    const key = areDevelopmentKeys ? [keys[name]].flat()[0] : 'THE-KEY';
    const auth = authOf(source);
    const header =
      'bearer' in auth
        ? `-H 'authorization: Bearer ${key}'`
        : 'basic' in auth
          ? `-u '${auth.basic.username}:${key}'`
          : 'header' in auth
            ? `-H '${auth.header.name}: ${key}'`
            : undefined;
    if (header !== undefined)
      return [
        '',
        'Try:',
        `curl -i ${origin}${webhookPath(name)} -H 'content-type: application/json' ${header} -d '${JSON.stringify(SAMPLE)}'`,
      ];
  }
  return [];
};

try {
  await start();
} catch (error) {
  const isTheirs = error instanceof UsageError || error instanceof ConfigurationError || isTaken(error);
  if (!isTheirs) throw error;
  process.stderr.write(`${error.message}${isTaken(error) ? ' (--port N chooses another)' : ''}\n`);
  process.exitCode = 1;
}

function isTaken(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
  );
}
