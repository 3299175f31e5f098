/** Who is there, and what the senders will send about them: drawn ahead of the run. */
import type { Configuration } from '../../lambda/configuration.ts';
import type { SimulatorOptions } from '../netsapiens/simulator.ts';
import type { Chance } from './chance.ts';

/** What has to become of an event, whatever happens on the way. */
export type Fate =
  /** The person is on both queues of the site. */
  | 'joins'
  | 'ignored'
  /** Nobody can do it: a person has to look. */
  | 'parked';

export interface SoakEvent {
  /** Stands in the payload. */
  readonly mark: string;
  readonly fate: Fate;
  /** Of `joins`: the person's extension and site. */
  readonly person: Person;
}

export type SoakSource = 'hr' | 'requests' | 'signup' | 'bus';

/** What one sender sends at one time, until it is accepted. */
export interface Delivery {
  readonly id: string;
  readonly source: SoakSource;
  /** Milliseconds after the start. */
  readonly at: number;
  readonly events: readonly SoakEvent[];
  readonly body: Readonly<Record<string, unknown>>;
  /** Sent again, though it was accepted; milliseconds after the first time. */
  readonly repeats: readonly { readonly after: number; readonly changed: boolean }[];
}

export interface Person {
  readonly extension: string;
  readonly site: string;
}

export const DOMAIN = 'acme.example';
export const agentOf = ({ extension }: Person): string => `${extension}@${DOMAIN}`;
export const queuesOf = ({ site }: Person): readonly [string, string] => [`31${site}`, `32${site}`];

/** What a supervisor has set by hand, and nobody may overwrite. */
export const TUNED_SECONDS = 77;
export const tuned = (agent: string) => ({
  'callqueue-agent-id': agent,
  'callqueue-agent-availability-type': 'automatic' as const,
  'callqueue-agent-wrap-up-allowance-seconds': TUNED_SECONDS,
});

const mapping = {
  event: { id: '{% body.id %}', type: '{% body.kind %}', subject: '{% body.worker %}' },
  person: { extension: '{% body.extension %}', department: '{% body.team %}', location: '{% body.site %}' },
};

export const CONFIGURATION: Pick<Configuration, 'netsapiens' | 'sources' | 'rules'> = {
  netsapiens: { server: 'pbx.example.com', domain: DOMAIN },
  sources: {
    hr: { type: 'bamboohr' },
    requests: { type: 'http', auth: { bearer: {} }, ...mapping },
    signup: { type: 'standard-webhooks', person: mapping.person },
    bus: {
      type: 'eventbridge',
      pattern: { source: ['acme.hr'] },
      person: {
        extension: '{% detail.extension %}',
        department: '{% detail.team %}',
        location: '{% detail.site %}',
      },
    },
  },
  rules: [
    {
      name: 'Both queues of the site',
      from: ['hr', 'requests', 'signup', 'bus'],
      when: "{% person.department = 'Support' %}",
      queues: ["{% '31' & person.location %}", "{% '32' & person.location %}"],
      agent: {
        'callqueue-agent-id': `{% person.extension & '@${DOMAIN}' %}`,
        'callqueue-agent-availability-type': 'manual',
      },
      waitFor: '12 hours',
    },
  ],
};

export const HOUR_MS = 60 * 60_000;
/** The senders are busy for a day; then there is a quiet weekend, in which the token is refused for 26 hours. */
export const BUSY_MS = 24 * HOUR_MS;
export const WEEKEND_MS = 26 * HOUR_MS;
/** Events come in bursts, as imports do: at least so many, and at most so often. */
const BURST_EVENTS = 8;
const BURST_MS = 2 * 60_000;

/** Every few events are about the same person, often of another source. */
const EVENTS_PER_PERSON = 6;
const PEOPLE_PER_SITE = 25;
/** Of a POST about several people. */
const MOST_TOGETHER = 14;

const RATES = {
  ignored: 0.1,
  unknownPerson: 0.03,
  noQueue: 0.03,
  /** Of the events of `requests`, whose mapping it fits not. */
  unrecognized: 0.1,
  memberBefore: 0.1,
  repeated: 0.1,
  changed: 0.3,
  atOnce: 0.3,
};

export interface Population {
  readonly people: readonly Person[];
  readonly simulator: Pick<SimulatorOptions, 'domain' | 'queues' | 'users'>;
  readonly deliveries: readonly Delivery[];
  /** `queue agent` of who is there from the beginning. */
  readonly membersBefore: ReadonlySet<string>;
}

export const populate = (events: number, chance: Chance): Population => {
  const count = Math.max(4, Math.ceil(events / EVENTS_PER_PERSON));
  const sites = Math.ceil(count / PEOPLE_PER_SITE);
  const people = Array.from({ length: count }, (_, n) => ({
    extension: String(10_000 + n),
    site: String(n % sites).padStart(3, '0'),
  }));
  const before = people.flatMap((person) =>
    queuesOf(person)
      .filter(() => chance.happens(RATES.memberBefore, 'member before'))
      .map((queue) => ({ queue, agent: agentOf(person) })),
  );
  const queues = [...new Set(people.flatMap((person) => [...queuesOf(person)]))];
  return {
    people,
    simulator: {
      domain: DOMAIN,
      users: people.map(({ extension }) => ({ user: extension })),
      queues: queues.map((callqueue) => ({
        callqueue,
        description: callqueue,
        agents: before.filter(({ queue }) => queue === callqueue).map(({ agent }) => tuned(agent)),
      })),
    },
    deliveries: deliveriesOf(events, people, chance),
    membersBefore: new Set(before.map(({ queue, agent }) => `${queue} ${agent}`)),
  };
};

const deliveriesOf = (events: number, people: readonly Person[], chance: Chance): Delivery[] => {
  const deliveries: Delivery[] = [];
  const busy = events - Math.min(20, Math.max(2, Math.floor(events / 100)));
  const burstMs = Math.max(BURST_MS, (BUSY_MS * BURST_EVENTS) / busy);
  for (let made = 0; made < events;) {
    const source = chance.pick<SoakSource>(['hr', 'requests', 'signup', 'bus'], 'source');
    const together =
      source === 'hr'
        ? Math.min(events - made, Math.ceil(chance.draw('together') ** 3 * MOST_TOGETHER) || 1)
        : 1;
    const drafts = Array.from({ length: together }, (_, n) =>
      draft(`${source}-${made + n}`, source, people, chance),
    );
    const at =
      made < busy
        ? Math.floor((BUSY_MS * made) / busy / burstMs) * burstMs
        : BUSY_MS + HOUR_MS + chance.draw('weekend') * (WEEKEND_MS - 2 * HOUR_MS);
    deliveries.push({
      id: `d-${made}`,
      source,
      at,
      events: drafts.map(({ event }) => event),
      body: bodyOf(
        source,
        drafts.map(({ payload }) => payload),
      ),
      repeats: repeatsOf(source, chance),
    });
    made += together;
  }
  return deliveries;
};

const repeatsOf = (source: SoakSource, chance: Chance): Delivery['repeats'] => {
  if (!chance.happens(RATES.repeated, 'repeated')) return [];
  const after = chance.happens(RATES.atOnce, 'at once') ? 0 : chance.draw('repeated after') * HOUR_MS;
  // Only where the sender names its event can other content come under the same name.
  const changed = source !== 'hr' && chance.happens(RATES.changed, 'changed');
  return [{ after, changed }];
};

type Payload = Readonly<Record<string, unknown>>;

const draft = (
  mark: string,
  source: SoakSource,
  people: readonly Person[],
  chance: Chance,
): { event: SoakEvent; payload: Payload } => {
  const person = people[Math.floor(chance.draw('person') * people.length)] ?? { extension: '', site: '' };
  const payload = { mark, id: mark, kind: 'hire', worker: person.extension, ...person, team: 'Support' };
  const made = (fate: Fate, other: Payload = {}) => ({
    event: { mark, fate, person },
    payload: { ...payload, ...other },
  });
  if (source === 'requests' && chance.happens(RATES.unrecognized, 'unrecognized'))
    return made('parked', { extension: { of: person.extension } });
  if (chance.happens(RATES.ignored, 'ignored')) return made('ignored', { team: 'Sales' });
  if (chance.happens(RATES.unknownPerson, 'unknown person')) return made('parked', { extension: '99999' });
  if (chance.happens(RATES.noQueue, 'no queue')) return made('parked', { site: 'no/where' });
  return made('joins');
};

const bodyOf = (source: SoakSource, payloads: readonly Payload[]): Delivery['body'] =>
  source === 'hr'
    ? {
        employees: payloads.map(({ mark, extension, team, site }) => ({
          // The id of the event is a hash of all this; its subject is this id.
          id: mark,
          action: 'Updated',
          fields: { Department: team, 'Work Ext.': extension, Location: site },
        })),
      }
    : (payloads[0] ?? {});
