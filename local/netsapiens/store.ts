/** One NetSapiens domain in memory: its users, its call queues and their agents. */
import { agentName, agentRow, checkedNewAgent, deviceRow } from './agent.ts';
import type { Agent, AgentName, AgentRow, AgentSettings, DeviceRow, NewAgent, User } from './agent.ts';
import { Refusal } from './refusal.ts';

export interface Callqueue {
  readonly callqueue: string;
  readonly description: string;
  /** `Call Park` "queues" are parking slots. */
  readonly 'callqueue-dispatch-type'?: string;
  /** Who is there from the beginning. */
  readonly agents?: readonly NewAgent[];
}

/** What happens to an agent who is added again. Nobody has shown which of these the real server does. */
export type AlreadyThere =
  /** The settings that a supervisor tuned are silently lost: the most dangerous, so the default. */
  | 'overwrite'
  /** 409 */
  | 'conflict'
  /** 400 with a text that says so */
  | 'exists';

export interface StoreOptions {
  readonly domain: string;
  readonly queues: readonly Callqueue[];
  readonly users: readonly User[];
  readonly alreadyThere?: AlreadyThere;
  /** What a read of a queue without agents answers: `[]` or 404. Nobody has shown which. */
  readonly emptyQueue?: 'array' | 'not-found';
  /** Until an added agent shows; left out: at once. Nobody sleeps: "synchronous" shows it at once. */
  readonly lagMs?: number;
  /** Milliseconds since 1970; left out: the clock on the wall. */
  readonly now?: () => number;
}

export type Store = ReturnType<typeof openStore>;

const sameId = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const openStore = ({
  domain,
  queues: initialQueues,
  users: initialUsers,
  alreadyThere = 'overwrite',
  emptyQueue = 'array',
  lagMs = 0,
  now = Date.now,
}: StoreOptions) => {
  const users: User[] = [];
  const byExtension = new Map<string, User>();
  const byDevice = new Map<string, User>();
  const queues = new Map<string, { readonly about: Callqueue; agents: Agent[] }>();
  const overwrites: { readonly callqueue: string; readonly agent: string }[] = [];

  const queue = (callqueue: string) => {
    const found = queues.get(callqueue);
    if (!found) throw new Refusal(404, `Call queue ${callqueue} not found`);
    return found;
  };

  const user = (extension: string): User => {
    const found = byExtension.get(extension);
    if (!found) throw new Refusal(404, `User ${extension} not found`);
    return found;
  };

  const devicesOf = ({ devices, user: extension }: User): readonly string[] => devices ?? [extension];

  const userOf = ({ kind, name, domain: of }: AgentName): User => {
    const found = sameId(of, domain) ? (kind === 'user' ? byExtension : byDevice).get(name) : undefined;
    if (!found) throw new Refusal(404, `${kind === 'user' ? 'User' : 'Device'} ${name}@${of} not found`);
    return found;
  };

  const agent = (callqueue: string, id: string): Agent => {
    const found = queue(callqueue).agents.find((each) => sameId(each.id, id));
    if (!found) throw new Refusal(404, `Agent ${id} not found`);
    return found;
  };

  /** Counts the read, so that a write that lags shows up in the end. */
  const visible = (callqueue: string): Agent[] =>
    queue(callqueue).agents.filter((each) => {
      const shown = each.hiddenReads === 0;
      if (!shown) each.hiddenReads -= 1;
      return shown && each.visibleFrom <= now();
    });

  const store = {
    domain,
    overwrites,
    user,

    addUser: (row: User): void => {
      users.push(row);
      if (!byExtension.has(row.user)) byExtension.set(row.user, row);
      for (const device of devicesOf(row)) if (!byDevice.has(device)) byDevice.set(device, row);
    },

    addQueue: (about: Callqueue): void => {
      queues.set(about.callqueue, { about, agents: [] });
      // Every queue has a user record of its own, under the same extension.
      store.addUser({
        user: about.callqueue,
        'name-first-name': about.description,
        'user-scope': 'No Portal',
        'service-code': 'system-queue',
        devices: [],
      });
      for (const body of about.agents ?? [])
        store.add(about.callqueue, checkedNewAgent({ ...body, synchronous: 'yes' }), 0);
    },

    users: (): readonly User[] => users,

    devices: (extension: string): DeviceRow[] => {
      const owner = user(extension);
      return devicesOf(owner).map((device) => deviceRow(device, owner, domain));
    },

    queue: (callqueue: string) => {
      const { about, agents } = queue(callqueue);
      return {
        callqueue,
        domain,
        description: about.description,
        'callqueue-dispatch-type': about['callqueue-dispatch-type'] ?? 'Ring All',
        'callqueue-count-agents-total': agents.length,
      };
    },

    /** As a supervisor sees them, whatever lags. */
    agents: (callqueue: string): AgentRow[] => queue(callqueue).agents.map(agentRow),

    readAgents: (callqueue: string): AgentRow[] => {
      const shown = visible(callqueue);
      if (shown.length === 0 && emptyQueue === 'not-found')
        throw new Refusal(404, `No agents in call queue ${callqueue}`);
      return shown.map(agentRow);
    },

    countAgents: (callqueue: string): number => visible(callqueue).length,

    readAgent: (callqueue: string, id: string): AgentRow => {
      const shown = visible(callqueue).find((each) => sameId(each.id, id));
      if (!shown) throw new Refusal(404, `Agent ${id} not found`);
      return agentRow(shown);
    },

    queuesOf: (id: string): string[] => {
      const all = [...queues.keys()].filter((each) => queue(each).agents.some((a) => sameId(a.id, id)));
      if (all.length === 0) throw new Refusal(404, `Agent ${id} not found`);
      return all;
    },

    readDomainAgents: (): AgentRow[] => [...queues.keys()].flatMap((each) => visible(each).map(agentRow)),

    /** @param lag reads of the queue that do not show the agent yet */
    add: (callqueue: string, body: NewAgent, lag: number): AgentRow => {
      const { agents } = queue(callqueue);
      const { 'callqueue-agent-id': id, synchronous, callqueue: again, domain: repeated, ...settings } = body;
      if (again !== undefined && again !== callqueue)
        throw new Refusal(400, `callqueue: ${again} contradicts the path`);
      if (repeated !== undefined && repeated !== domain && repeated !== '~')
        throw new Refusal(400, `domain: ${repeated} contradicts the path`);
      const name = agentName(id);
      const at = agents.findIndex((each) => sameId(each.id, id));
      // "synchronous" waits until every read shows the agent.
      const isAwaited = synchronous === 'yes';
      const added: Agent = {
        id,
        callqueue,
        domain,
        user: userOf(name),
        kind: name.kind,
        settings,
        modified: new Date(now()),
        hiddenReads: isAwaited ? 0 : lag,
        // Whoever shows already goes on showing.
        visibleFrom: Math.min(now() + (isAwaited ? 0 : lagMs), agents[at]?.visibleFrom ?? Infinity),
      };
      if (at === -1) agents.push(added);
      else {
        if (alreadyThere === 'conflict') throw new Refusal(409, 'Conflict');
        if (alreadyThere === 'exists') throw new Refusal(400, `Agent ${id} already exists`);
        overwrites.push({ callqueue, agent: id });
        agents[at] = added;
      }
      return agentRow(added);
    },

    update: (callqueue: string, id: string, settings: AgentSettings): void => {
      const found = agent(callqueue, id);
      found.settings = { ...found.settings, ...settings };
      found.modified = new Date(now());
    },

    remove: (callqueue: string, id: string): void => {
      const found = agent(callqueue, id);
      queue(callqueue).agents = queue(callqueue).agents.filter((each) => each !== found);
    },
  };

  for (const each of initialUsers) store.addUser(each);
  for (const each of initialQueues) store.addQueue(each);
  return store;
};
