/** Tells what happened, for people. Pure. */
import type { Seen, SeenOutcome } from './judge.ts';
import { NOTHING_SENT } from './step.ts';
import type { Step } from './step.ts';
import { indented, table, wrapped } from './table.ts';

/** A step, what was seen of it, and the differences from what it had to be. */
export interface Result {
  readonly step: Step;
  readonly seen: Seen;
  readonly differences: readonly string[];
}

const TITLE_WIDTH = 29;

const COLUMNS = [
  { title: '#', width: 2 },
  { title: 'Sent', width: TITLE_WIDTH },
  { title: 'HTTP', width: 4 },
  { title: 'Outcome', width: 14 },
  { title: 'Queue', width: 5 },
  { title: 'Agent', width: 22 },
  { title: 'Why', width: 20 },
];

const byAgentAndQueue = (a: SeenOutcome, b: SeenOutcome): number => {
  const key = ({ agent, queue }: SeenOutcome) => `${agent ?? ''} ${queue ?? ''}`;
  return key(a) < key(b) ? -1 : 1;
};

/** The title runs down beside the outcomes of its step. */
const rowsOf = ({ step, seen: { status, outcomes } }: Result, index: number): string[][] => {
  const titles = wrapped(step.title, TITLE_WIDTH);
  const lines =
    outcomes.length === 0
      ? [['none', '-', '-', status >= 400 ? 'refused at the door' : step.answer ? 'answered' : '-']]
      : outcomes
          .toSorted(byAgentAndQueue)
          .map(({ outcome, queue = '-', agent = '-', code = '-' }) => [outcome, queue, agent, code]);
  return Array.from({ length: Math.max(titles.length, lines.length) }, (_, line) => [
    line === 0 ? String(index + 1) : '',
    titles[line] ?? '',
    line === 0 ? (status === NOTHING_SENT ? '-' : String(status)) : '',
    ...(lines[line] ?? []),
  ]);
};

export const outcomeTable = (results: readonly Result[]): string => table(COLUMNS, results.flatMap(rowsOf));

/** Every request that was to change something, under the number of its step; undefined where nobody could see them. */
export const requestList = (results: readonly Result[]): string | undefined =>
  results.some(({ seen }) => seen.writes === undefined)
    ? undefined
    : results
        .flatMap(({ seen }, index) =>
          (seen.writes ?? []).map(({ method, path, body, status }) =>
            [
              `${String(index + 1).padEnd(2)}  ${method} ${path}  answered ${status === undefined ? 'nothing' : String(status)}`,
              indented(JSON.stringify(body, null, 1).replaceAll(/\n\s*/g, ' '), 6),
            ].join('\n'),
          ),
        )
        .join('\n');

/** As `17 outcomes: 9 added, 4 duplicate, ...`. */
export const tally = (results: readonly Result[]): string => {
  const counts = new Map<string, number>();
  for (const { outcome } of results.flatMap(({ seen }) => seen.outcomes))
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return `${total} outcomes: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`;
};

/** A block for each step that came out otherwise. */
export const differenceList = (results: readonly Result[]): string[] =>
  results.flatMap(({ step, differences }, index) =>
    differences.length === 0
      ? []
      : [[`${index + 1}  ${step.title}`, ...differences.map((each) => indented(each, 4))].join('\n')],
  );
