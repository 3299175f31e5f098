/**
 * Every sender there is: one event as each sends it, after what it asks first. It goes with all.yaml, which has a source
 * for each and a rule as an operator would write it: a sender that knows no extension gets a table in its rule.
 */
import { AUTH_TYPES, OPTION_TYPES, PLAIN_TYPES } from '../../lambda/sources/types.ts';
import { DESKS } from './all/desks.ts';
import { DIRECTORIES } from './all/directories.ts';
import { GENERAL } from './all/general.ts';
import { HR } from './all/hr.ts';
import { V1A_PUBLIC_KEY } from './all/signing.ts';
import { TICKETS } from './all/tickets.ts';
import { sourceOf } from './step.ts';
import type { Step, Tale } from './step.ts';

const STEPS: readonly Step[] = [...HR, ...DIRECTORIES, ...TICKETS, ...DESKS, ...GENERAL];

const TYPES: readonly string[] = [...PLAIN_TYPES, ...AUTH_TYPES, ...OPTION_TYPES, 'eventbridge'];

/** That no sender is forgotten: each type has a step that has outcomes, and each source one such step, not two. */
export const gapsIn = (
  types: readonly string[],
  sources: Readonly<Record<string, { readonly type: string }>>,
  steps: readonly Step[],
): string[] => {
  const told = steps.filter(({ outcomes }) => outcomes.length > 0).map(sourceOf);
  const toldTypes = new Set(told.map((name) => (name === undefined ? name : sources[name]?.type)));
  return [
    ...types.filter((type) => !toldTypes.has(type)).map((type) => `no step sends what ${type} sends`),
    ...Object.keys(sources)
      .filter((name) => told.filter((each) => each === name).length !== 1)
      .map((name) => `the source ${name} must have one step with outcomes`),
  ];
};

const QUEUES = ['3000', '3500', '3900'].map((callqueue) => ({
  callqueue,
  description: `Queue ${callqueue}`,
}));
const AGENTS = STEPS.flatMap(({ outcomes }) => outcomes).flatMap(({ agent }) => agent?.split('@')[0] ?? []);

export const EVERY_SENDER: Tale = {
  steps: STEPS,
  atOnce: true,
  setting: { domain: 'acme.example', queues: QUEUES, users: AGENTS.map((user) => ({ user })) },
  // One has none yet, and one's key is the public half of a pair that is made for the run.
  keysFrom: (keys) => ({
    ...Object.fromEntries(Object.entries(keys).filter(([name]) => name !== 'gusto-new')),
    'standard-webhooks-v1a': V1A_PUBLIC_KEY,
  }),
  gaps: (steps, sources) => gapsIn(TYPES, sources, steps),
};
