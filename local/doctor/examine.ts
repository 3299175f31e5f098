/** The checks, one after the other. A check asks as little as it can, and the first block ends all of them. */
import * as z from 'zod';
import type { Configuration } from '../../lambda/configuration.ts';
import type { Ask, Heard } from './ask.ts';
import { checkKey } from './key.ts';
import { checkPeople } from './people.ts';
import { checkQueue } from './queue.ts';
import type { Finding } from './report.ts';
import { fieldsOf, looksDevicesUp, looksPeopleUp, namedAgents, namedQueues } from './rules.ts';
import { judgeToken } from './token.ts';
import type { Token } from './token.ts';
import { checkUser } from './user.ts';

export interface Patient {
  readonly configuration: Pick<Configuration, 'netsapiens' | 'rules'>;
  /** The token's secret as it is written, or why there is none. */
  readonly secret: string | Finding;
  readonly ask: Ask;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export async function* examine({ configuration, secret, ask, now }: Patient): AsyncGenerator<Finding> {
  const server = checkServer(await ask('/version'));
  yield server;
  const { token, finding } =
    typeof secret === 'string' ? judgeToken(secret, now) : { token: undefined, finding: secret };
  yield finding;

  let isOver = server.final === true || finding.final === true;
  for (const check of token === undefined ? [] : checksOf(configuration, ask, token)) {
    if (isOver) break;
    for (const found of await check()) {
      yield found;
      isOver ||= found.final === true;
    }
  }
  if (isOver) yield { level: 'skipped', about: 'rest', sentence: 'nothing more was asked of the server' };
  yield* fieldsOf(configuration.rules);
}

type Check = () => Promise<readonly Finding[]>;

const checksOf = (
  { netsapiens: { domain }, rules }: Patient['configuration'],
  ask: Ask,
  token: Token,
): Check[] => {
  const models = ['agent', 'callqueue', 'subscriber', ...(looksDevicesUp(rules) ? ['device'] : [])];
  const asking = { ask: (path: string) => ask(path, token), domain };
  return [
    ...(token.isApiKey && domain === '~' ? [() => Promise.resolve([NO_TILDE])] : []),
    ...(token.isApiKey ? [() => checkKey(ask, token, { domain, models })] : []),
    ...[...namedQueues(rules)].map(
      ([queue, names]) =>
        () =>
          checkQueue(asking, queue, names),
    ),
    ...[...namedAgents(rules)].map(
      ([agent, names]) =>
        () =>
          checkUser(asking, agent, names),
    ),
    ...(looksPeopleUp(rules) ? [() => checkPeople(asking)] : []),
  ];
};

const NO_TILDE: Finding = {
  level: 'problem',
  about: 'domain',
  sentence: 'is "~", the token\'s own domain, which the server does not take from an API key (400)',
  remedy: 'Write the name of the domain as netsapiens.domain in onqueue.yaml.',
  final: true,
};

const versionSchema = z.object({ apiversion: z.string().regex(/^v?\d+(?:\.\d+)*/) });

/** The first that has API keys and the calls of Onqueue in the vendor's description. */
const OLDEST_VERSION = 44;

const checkServer = (heard: Heard): Finding => {
  const unknown = (why: string, remedy: string): Finding => ({
    level: 'warning',
    about: 'server',
    sentence: `answers, but does not tell its version: ${why}`,
    remedy,
  });
  if (heard.kind === 'trouble') {
    const { trouble } = heard;
    return trouble.final
      ? { level: 'problem', about: 'server', ...trouble }
      : unknown(trouble.sentence, trouble.remedy);
  }
  const ASK = `It should be ${OLDEST_VERSION} or newer: ask your provider.`;
  if (heard.kind === 'missing') return unknown(heard.said, ASK);
  const version = versionSchema.safeParse(heard.body).data?.apiversion;
  if (version === undefined) return unknown('its answer has another form than is known', ASK);
  return Number.parseInt(version.replace('v', ''), 10) < OLDEST_VERSION
    ? { level: 'warning', about: 'server', sentence: `answers, with API version ${version}`, remedy: ASK }
    : { level: 'ok', about: 'server', sentence: `answers, with API version ${version}` };
};
