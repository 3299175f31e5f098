/** What a run has to have come to: every accepted event accounted for, once; nobody lost, nobody overwritten. */
import * as z from 'zod';
import type { OutcomeLine } from '../outcomes.ts';
import { agentOf, queuesOf, TUNED_SECONDS } from './population.ts';
import type { Delivery, SoakEvent } from './population.ts';
import type { SoakRun } from './run.ts';

/** What an event came to, as a whole. */
export const ENDS = ['added', 'already-member', 'ignored', 'parked'] as const;
export type End = (typeof ENDS)[number];

export interface Judgement {
  /** Distinct events in deliveries that were answered 202. */
  readonly accepted: number;
  readonly ends: Readonly<Record<End, number>>;
  /** Outcomes of deliveries: every delivery of an event has its own. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** In sentences; none where the run is as it has to be. */
  readonly differences: readonly string[];
  /** Agents that are on a queue, and were not put there by hand; and outcomes that say `added`. */
  readonly joined: { readonly agents: number; readonly said: number };
  /** Of each event, the one that took the most. */
  readonly attempts: readonly number[];
  /** Of each event, from its 202 to its first end; milliseconds by the clock of the run. */
  readonly delays: readonly number[];
}

interface Accepted {
  readonly event: SoakEvent;
  readonly delivery: Delivery;
  readonly lines: OutcomeLine[];
  parked: number;
}

const bodySchema = z.looseObject({
  id: z.string(),
  source: z.string(),
  data: z.looseObject({ payload: z.looseObject({ mark: z.string().optional(), id: z.string().optional() }) }),
});

export const judge = (run: SoakRun): Judgement => {
  const differences: string[] = [...run.surprises];
  const accepted = new Map<string, Accepted>();
  for (const delivery of run.population.deliveries)
    if (run.acceptedAt.has(delivery.id))
      for (const event of delivery.events)
        accepted.set(event.mark, { event, delivery, lines: [], parked: 0 });
    else differences.push(`${delivery.id} was never accepted`);

  assign(run, accepted, differences);
  if (!run.ended) differences.push('not everything came to an end in time');
  if (run.left > 0) differences.push(`${run.left} messages are left on the queue`);

  const ends = { added: 0, 'already-member': 0, ignored: 0, parked: 0 };
  for (const each of accepted.values()) {
    const end = endOf(each);
    if (end) ends[end] += 1;
    else differences.push(`${each.event.mark} (${each.event.fate}) came to: ${story(each)}`);
  }
  differences.push(...judgeAgents(run, [...accepted.values()]));

  const all = [...accepted.values()];
  return {
    accepted: accepted.size,
    ends,
    outcomes: countBy(run.outcomes, ({ outcome, code, owner }) =>
      [outcome, code, ...(owner === undefined ? [] : [owner])].join(' '),
    ),
    differences,
    joined: {
      agents: rowsOf(run).filter(({ name }) => !byHand(run).has(name)).length,
      said: run.outcomes.filter(({ outcome }) => outcome === 'added').length,
    },
    attempts: all.map(({ lines }) => Math.max(...lines.map(({ attempts }) => attempts))),
    delays: all.map(({ lines, delivery }) =>
      Math.max(
        0,
        Math.min(...lines.map(({ updatedAt }) => Date.parse(updatedAt))) -
          (run.acceptedAt.get(delivery.id) ?? 0),
      ),
    ),
  };
};

/** Gives each event its outcomes and its parked messages; what belongs to none is a difference. */
const assign = (run: SoakRun, accepted: ReadonlyMap<string, Accepted>, differences: string[]): void => {
  const marks = new Map<string, string>();
  for (const { body, attributes } of run.parked) {
    const { id, source, data } = bodySchema.parse(JSON.parse(body));
    // An employee's payload has its mark as id.
    const mark = data.payload.mark ?? data.payload.id ?? '';
    marks.set(`${source}#${id}`, mark);
    const found = accepted.get(mark);
    if (found) found.parked += 1;
    if (found?.event.fate !== 'parked')
      differences.push(`${mark} was parked: ${attributes['code']}, ${attributes['reason']}`);
  }
  for (const line of run.outcomes) {
    const mark = [line.id, line.subject, marks.get(`${line.source}#${line.id}`) ?? ''].find((each) =>
      accepted.has(each),
    );
    if (mark === undefined)
      differences.push(`an outcome of nothing that was accepted: ${JSON.stringify(line)}`);
    else accepted.get(mark)?.lines.push(line);
  }
};

const isJoin = ({ outcome }: OutcomeLine) => outcome === 'added' || outcome === 'already-member';

/** undefined: it did not come to what it has to. */
const endOf = ({ event, lines, parked }: Accepted): End | undefined => {
  const only = (...outcomes: string[]) =>
    lines.length > 0 && lines.every(({ outcome }) => outcomes.includes(outcome));
  switch (event.fate) {
    case 'ignored':
      return only('ignored') && parked === 0 ? 'ignored' : undefined;
    case 'parked':
      return only('parked') && parked > 0 ? 'parked' : undefined;
    case 'joins': {
      const joins = queuesOf(event.person).map((queue) =>
        lines.filter((line) => isJoin(line) && line.queue === queue),
      );
      const once = joins.every((found) => found.length === 1);
      if (!once || parked > 0 || !only('added', 'already-member', 'duplicate')) return undefined;
      return lines.some(({ outcome }) => outcome === 'added') ? 'added' : 'already-member';
    }
  }
};

const story = ({ lines, parked }: Accepted): string =>
  [
    ...lines.map(({ queue = '', outcome, code, attempts, updatedAt }) =>
      [queue, outcome, code, `attempt ${attempts}`, updatedAt].filter(Boolean).join(' '),
    ),
    `${parked} parked`,
  ].join('; ');

/** `queue agent` of whom somebody else has put there. */
const byHand = ({ population, byHand: meanwhile }: SoakRun) =>
  new Set([...population.membersBefore, ...meanwhile]);

const rowsOf = ({ agents }: SoakRun) =>
  [...agents].flatMap(([queue, rows]) =>
    rows.map((row) => ({ row, name: `${queue} ${row['callqueue-agent-id']}` })),
  );

const judgeAgents = (run: SoakRun, accepted: readonly Accepted[]): string[] => {
  const tunedByHand = byHand(run);
  const wanted = new Set([
    ...tunedByHand,
    ...accepted
      .filter(({ event }) => event.fate === 'joins')
      .flatMap(({ event: { person } }) => queuesOf(person).map((queue) => `${queue} ${agentOf(person)}`)),
  ]);
  const rows = rowsOf(run);
  const there = new Set(rows.map(({ name }) => name));
  return [
    ...run.overwrites.map(({ callqueue, agent }) => `${callqueue} ${agent} was added twice`),
    ...[...wanted].filter((name) => !there.has(name)).map((name) => `${name} is missing`),
    ...[...there]
      .filter((name) => !wanted.has(name))
      .map((name) => `${name} is there, and nobody asked for it`),
    ...rows
      .filter(
        ({ row, name }) =>
          tunedByHand.has(name) && row['callqueue-agent-wrap-up-allowance-seconds'] !== TUNED_SECONDS,
      )
      .map(({ name }) => `${name} lost what a supervisor had set`),
  ];
};

export const countBy = <T>(items: readonly T[], name: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return counts;
};
