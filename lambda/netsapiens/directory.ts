/** Who a person is on the telephone system: from an e-mail address, an extension or a name to an agent id. */
import type { Reason } from '../outcome.ts';
import type { Refused, TryAgain } from './answer.ts';
import type { NetSapiens } from './client.ts';
import { agentDomain } from './request.ts';
import { agentOf, isSystem, plain, readRoll } from './roll.ts';
import type { Roll } from './roll.ts';

export type FindBy = { readonly email: string } | { readonly extension: string } | { readonly name: string };

interface Found {
  readonly kind: 'found';
  /** `user@domain`, or `sip:device@domain` */
  readonly agent: string;
}

export type FindVerdict =
  | Found
  /** Nobody, or no device, as of now. */
  | { readonly kind: 'absent'; readonly reason: string }
  | Refused
  | TryAgain;

export interface Directory {
  /** @param tag for the server's on-demand log; calls at the same time share a reading, and then the first one's tag */
  find(by: FindBy, as: 'user' | 'device', tag?: string): Promise<FindVerdict>;
}

/** For so long after a reading, whoever is found in it is believed to be there: extensions rarely change hands. */
const FOUND_MS = 5 * 60_000;

/**
 * Whoever is not in it, or not alone, is looked for afresh when the reading is older than this: a user who was just
 * made is found soon, and a thousand people who are not there cost one reading.
 */
const ABSENT_MS = 30_000;

/** Names in a reason; more would make no one wiser. */
const MOST_NAMED = 10;

/** What an agent id and a path can both carry. `count` in the place of a user is another call. */
const USER = /^(?!(?:\.{1,2}|count)$)[A-Za-z0-9._+-]{1,64}$/;

const refused = (code: Reason, reason: string): Refused => ({
  kind: 'refused',
  code,
  owner: 'event',
  reason,
});

const found = (user: string, domain: string, scheme = ''): Found | Refused => {
  const agent = `${scheme}${user}@${domain}`;
  return USER.test(user) && agentDomain(agent) !== undefined
    ? { kind: 'found', agent }
    : refused('agent-invalid', `"${agent.slice(0, 150)}" can be no agent of a call queue`);
};

const list = (names: readonly string[]): string => {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** As `1000wp`, whether it comes so or as `sip:1000wp@acme.example`. */
const deviceName = (device: string): string => device.replace(/^sip:|@.*$/gi, '');

const splitAgent = (agent: string): [user: string, domain: string] => {
  const at = agent.lastIndexOf('@');
  return [agent.slice(0, at), agent.slice(at + 1)];
};

/** @param parts.domain the configured one; `~` is the token's own, whose name comes with the users */
export const createDirectory = ({
  netsapiens,
  domain,
  now,
}: {
  readonly netsapiens: Pick<NetSapiens, 'readUsers' | 'countUsers' | 'readUser' | 'readDevices'>;
  readonly domain: string;
  readonly now: () => number;
}): Directory => {
  let kept: { readonly roll: Roll; readonly readAt: number } | undefined;
  let underway: Promise<Roll | Refused | TryAgain> | undefined;

  const readAfresh = async (tag: string | undefined): Promise<Roll | Refused | TryAgain> => {
    try {
      const roll = await readRoll(netsapiens, domain, tag);
      if (roll.kind === 'roll') kept = { roll, readAt: now() };
      return roll;
    } finally {
      underway = undefined;
    }
  };

  const search = async (
    sought: { readonly holders: 'emails' | 'names'; readonly what: string; readonly value: string },
    tag: string | undefined,
  ): Promise<FindVerdict> => {
    const { holders, what, value } = sought;
    const key = plain(value);
    const label = `${what} "${value.slice(0, 100)}"`;
    if (key === '') return refused('agent-invalid', `there is no ${what} to look for`);
    const agentsIn = (roll: Roll): readonly string[] => [roll[holders].get(key) ?? []].flat();

    const believedMs = (roll: Roll): number => (agentsIn(roll).length === 1 ? FOUND_MS : ABSENT_MS);
    const copy = kept && now() - kept.readAt < believedMs(kept.roll) ? kept.roll : undefined;
    const roll = copy ?? (await (underway ??= readAfresh(tag)));
    if (roll.kind !== 'roll') return roll;

    const [agent, ...others] = agentsIn(roll);
    if (agent === undefined) return nobody(roll, label);
    if (others.length === 0) return found(...splitAgent(agent));
    const extensions = [agent, ...others].map((each) => splitAgent(each)[0]);
    return refused('person-ambiguous', `the ${label} belongs to several users: ${list(extensions)}`);
  };

  const readExtension = async (extension: string, tag: string | undefined): Promise<FindVerdict> => {
    const user = extension.trim();
    if (!USER.test(user))
      return refused('agent-invalid', `"${user.slice(0, 100)}" can be no extension of a user`);
    const read = await netsapiens.readUser(user, tag);
    if (read.kind === 'refused' || read.kind === 'try-again') return read;
    // The server may know no more of upper and lower case than an agent id does.
    if (read.kind === 'none' || isSystem(read.row) || read.row.user.toLowerCase() !== user.toLowerCase())
      return { kind: 'absent', reason: `no person has the extension "${user}" yet` };
    return found(...splitAgent(agentOf(read.row, domain)));
  };

  const deviceOf = async (agent: string, tag: string | undefined): Promise<FindVerdict> => {
    const [user, at] = splitAgent(agent);
    const read = await netsapiens.readDevices(user, tag);
    if (read.kind === 'refused' || read.kind === 'try-again') return read;
    const devices = read.kind === 'none' ? [] : [...new Set(read.devices.map(deviceName))];
    const [device, ...others] = devices;
    if (device === undefined) return { kind: 'absent', reason: `user ${user} has no device yet` };
    return others.length === 0
      ? found(device, at, 'sip:')
      : refused('device-ambiguous', `user ${user} has several devices: ${list(devices)}`);
  };

  const findUser = (by: FindBy, tag: string | undefined): Promise<FindVerdict> => {
    if ('extension' in by) return readExtension(by.extension, tag);
    return 'email' in by
      ? search({ holders: 'emails', what: 'e-mail address', value: by.email }, tag)
      : search({ holders: 'names', what: 'name', value: by.name }, tag);
  };

  return {
    find: async (by, as, tag) => {
      const user = await findUser(by, tag);
      return user.kind === 'found' && as === 'device' ? deviceOf(user.agent, tag) : user;
    },
  };
};

const nobody = ({ complete, users, total }: Roll, label: string): FindVerdict =>
  complete
    ? { kind: 'absent', reason: `no user has the ${label} yet` }
    : {
        kind: 'try-again',
        fault: 'transient',
        code: 'netsapiens-unavailable',
        owner: 'netsapiens',
        inDoubt: false,
        notBefore: ABSENT_MS / 1000,
        reason: `${users} of ${total} users could be read, and the ${label} was not among them`,
      };
