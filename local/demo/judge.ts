/** Compares what came of a step with what had to come of it. Pure. */
import type { ExpectedOutcome, Step, Write } from './step.ts';

/** One line of `GET /outcomes`, as far as the story speaks of it. */
export interface SeenOutcome extends Partial<Record<keyof ExpectedOutcome, string>> {
  readonly id: string;
  readonly outcome: string;
}

/** A request, and what NetSapiens answered. */
export interface AnsweredWrite extends Write {
  readonly status?: number;
}

/** What a sender was answered. */
export interface Answered {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Seen extends Answered {
  readonly outcomes: readonly SeenOutcome[];
  /** Undefined where NetSapiens is not ours to look into. */
  readonly writes: readonly AnsweredWrite[] | undefined;
}

const FIELDS = [
  'source',
  'type',
  'subject',
  'outcome',
  'code',
  'owner',
  'rule',
  'queue',
  'agent',
] as const satisfies readonly (keyof ExpectedOutcome)[];

/** The fields in one order; a subject that is the event's id counts as none. */
const outcomeLine = (outcome: Partial<Record<keyof ExpectedOutcome, string>>, id?: string): string =>
  FIELDS.filter((field) => outcome[field] !== undefined && !(field === 'subject' && outcome.subject === id))
    .map((field) => `${field} ${outcome[field] ?? ''}`)
    .join(', ');

const writeLine = ({ method, path, body }: Write): string => `${method} ${path} ${sortedJson(body)}`;

const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );

/** What is in one list and not in the other, each as often as it is. */
const without = (lines: readonly string[], others: readonly string[]): string[] => {
  const left = [...others];
  return lines.filter((line) => {
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
};

const compared = (what: string, expected: readonly string[], seen: readonly string[]): string[] => [
  ...without(expected, seen).map((line) => `${what} is missing: ${line}`),
  ...without(seen, expected).map((line) => `${what} was not expected: ${line}`),
];

const answerDifferences = ({ answer }: Step, { headers, body }: Seen): string[] => [
  ...(answer?.body === undefined || answer.body === body
    ? []
    : [`the answer says ${JSON.stringify(body)}, expected was ${JSON.stringify(answer.body)}`]),
  ...Object.entries(answer?.headers ?? {})
    .filter(([name, value]) => headers[name] !== value)
    .map(([name, value]) => `the answer has ${name}: ${headers[name] ?? 'missing'}, expected was ${value}`),
];

/** @returns the differences in plain words; none where the step came out as it had to */
export const differences = (step: Step, seen: Seen): string[] => {
  const { status, outcomes, writes } = seen;
  return [
    ...(status === step.status ? [] : [`the sender was answered ${status}, expected was ${step.status}`]),
    ...answerDifferences(step, seen),
    ...compared(
      'an outcome',
      step.outcomes.map((outcome) => outcomeLine({ ...outcome })),
      outcomes.map((outcome) => outcomeLine(outcome, outcome.id)),
    ),
    ...(writes ? compared('a request to NetSapiens', step.writes.map(writeLine), writes.map(writeLine)) : []),
  ];
};
