/** `npm run simulator`: the stand-in for a NetSapiens server by itself, until it is stopped. */
import { UsageError } from './flags.ts';
import { readSimulatorFlags } from './netsapiens/flags.ts';
import type { Telephones } from './netsapiens/file.ts';
import { Refusal } from './netsapiens/refusal.ts';
import { startSimulator } from './netsapiens/simulator.ts';

/** May do everything, whatever other tokens there are. */
const TOKEN = 'nsd_simulator';

const start = async (): Promise<void> => {
  const { port, telephones } = readSimulatorFlags();
  const { origin, close } = await startSimulator({ ...telephones, token: TOKEN, port });
  process.stdout.write(`${welcome(origin, telephones)}\n`);
  let closing: Promise<void> | undefined;
  // Not once: npm passes on a Ctrl-C that the terminal has sent to all already.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.on(signal, () => {
      closing ??= close();
    });
};

const welcome = (origin: string, { domain, users, queues, tokens = {} }: Telephones): string => {
  const api = `${origin}/ns-api/v2`;
  const curl = `curl -s -H 'Authorization: Bearer ${TOKEN}'`;
  const [queue] = queues;
  const [user] = users;
  return [
    `NetSapiens API v2 is simulated at ${api}`,
    `domain: ${domain}, with ${users.length + queues.length} users, of which ${queues.length} are call queues`,
    `token: ${[TOKEN, ...Object.keys(tokens)].join(', ')}`,
    '',
    'Try:',
    `curl -s ${api}/version`,
    `${curl} '${api}/domains/${domain}/users?start=0&limit=2'`,
    ...(queue && user
      ? [
          `${curl} -H 'Content-Type: application/json' ${api}/domains/${domain}/callqueues/${queue.callqueue}/agents -d '${JSON.stringify(
            {
              'callqueue-agent-id': `${user.user}@${domain}`,
              'callqueue-agent-availability-type': 'manual',
              synchronous: 'yes',
            },
          )}'`,
        ]
      : []),
  ].join('\n');
};

try {
  await start();
} catch (error) {
  const isTaken =
    error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
  if (!(error instanceof UsageError || error instanceof Refusal || isTaken)) throw error;
  process.stderr.write(`${error.message}${isTaken ? ' (--port N chooses another)' : ''}\n`);
  process.exitCode = 1;
}
