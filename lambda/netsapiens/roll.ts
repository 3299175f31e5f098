/** All users of a domain, read page by page: who has which e-mail address, and which name. */
import type { Refused, TryAgain } from './answer.ts';
import type { NetSapiens } from './client.ts';
import type { UserRow } from './rows.ts';

/** By `plain` address or name: the agent id (`user@domain`) of whoever has it, several where they share it. */
type Holders = ReadonlyMap<string, string | readonly string[]>;

export interface Roll {
  readonly kind: 'roll';
  readonly emails: Holders;
  readonly names: Holders;
  /** How many users were read, and how many NetSapiens counts. */
  readonly users: number;
  readonly total: number;
  /** Without that, nobody can be said not to be there. */
  readonly complete: boolean;
}

/** The most that NetSapiens gives at a time. */
const PAGE = 1000;

/** A page begins a few rows before the end of the last: where a user is deleted in between, all others move forward. */
const OVERLAP = 5;

/** Beyond that, a reading takes too long for one run of the function, and the roll too much of its memory. */
export const MOST_USERS = 200_000;

/** Texts are compared without regard to case, and to how many spaces there are. */
export const plain = (text: string): string =>
  text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

/** Queues, conferences and auto attendants have user records too. */
export const isSystem = ({ 'service-code': code = '' }: UserRow): boolean => /^system/i.test(code);

/** `user@domain`: the domain is the configured one, or where that is `~` (the token's own), the row's. */
export const agentOf = (row: UserRow, domain: string): string =>
  `${row.user}@${domain === '~' ? (row.domain ?? '') : domain}`;

const addressesOf = ({ 'email-address': list = '' }: UserRow): Set<string> =>
  new Set(list.split(';').map(plain));

const nameOf = ({ 'name-first-name': first = '', 'name-last-name': last = '' }: UserRow): string =>
  plain(`${first} ${last}`);

/** @param agent nobody who holds the key already; an empty key is nobody's, as nobody is looked for by it */
const hold = (holders: Map<string, string | string[]>, key: string, agent: string): void => {
  if (key === '') return;
  const held = holders.get(key);
  if (held === undefined) holders.set(key, agent);
  else if (typeof held === 'string') holders.set(key, [held, agent]);
  else held.push(agent);
};

const tooMany = (users: number): Refused => ({
  kind: 'refused',
  code: 'request-refused',
  owner: 'configuration',
  reason: `the domain has ${users} users, and at most ${MOST_USERS} are searched: find the person by extension`,
});

const noSuchDomain = (domain: string): Refused => ({
  kind: 'refused',
  code: 'request-refused',
  owner: 'configuration',
  reason: `NetSapiens shows no users of the domain "${domain}"`,
});

/**
 * `start` counts from 0 or from 1, and whoever comes twice counts once. The end is a page with nothing new, or one that
 * is short when as many were read as NetSapiens counts: a server may give fewer at a time than it is asked for.
 */
export const readRoll = async (
  netsapiens: Pick<NetSapiens, 'readUsers' | 'countUsers'>,
  domain: string,
  tag?: string,
): Promise<Roll | Refused | TryAgain> => {
  const emails = new Map<string, string | string[]>();
  const names = new Map<string, string | string[]>();
  const seen = new Set<string>();

  const take = (row: UserRow): void => {
    if (seen.has(row.user)) return;
    seen.add(row.user);
    if (isSystem(row)) return;
    const agent = agentOf(row, domain);
    for (const address of addressesOf(row)) hold(emails, address, agent);
    hold(names, nameOf(row), agent);
  };

  const readPages = (starts: readonly number[]) =>
    Promise.all(starts.map(async (start) => ({ start, page: await netsapiens.readUsers(start, PAGE, tag) })));

  const [count, firstPages] = await Promise.all([netsapiens.countUsers(tag), readPages([0])]);
  if (count.kind === 'none') return noSuchDomain(domain);
  if (count.kind !== 'count') return count;
  const { total } = count;

  let users = 0;
  let unbroken = true;
  for (let pages = firstPages; ;) {
    let end = 0;
    let short = false;
    const before = seen.size;
    for (const { start, page } of pages) {
      if (page.kind === 'none' && start === 0) return noSuchDomain(domain);
      if (page.kind === 'refused' || page.kind === 'try-again') return page;
      const { rows, received } = page.kind === 'none' ? { rows: [], received: 0 } : page;
      if (start > 0 && received > 0) unbroken &&= rows.some(({ user }) => seen.has(user));
      const known = seen.size;
      for (const row of rows) take(row);
      users += seen.size - known + (received - rows.length);
      end = start + received;
      short = received < PAGE;
      if (short) break; // The pages behind it were asked for in the belief that this one would be full.
    }
    if (total > MOST_USERS || users > MOST_USERS) return tooMany(Math.max(total, users));
    if (seen.size === before || (short && users >= total))
      return { kind: 'roll', emails, names, users, total, complete: unbroken && users >= total };
    const next = Math.max(0, end - OVERLAP);
    // Two at a time, where so much is left, and pages come full.
    const step = PAGE - OVERLAP;
    pages = await readPages(!short && total - users > step ? [next, next + step] : [next]);
  }
};
