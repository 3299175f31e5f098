/** Text for a terminal. What senders wrote must not steer it: no control character gets through. */
import { parsed } from './message.ts';
import type { ParkedMessage, Summary } from './message.ts';

export interface Terminal {
  /** To stdout. @throws Error where nobody takes it */
  readonly print: (text: string) => Promise<void>;
  /** To stderr. */
  readonly note: (text: string) => void;
  /** Characters in a line; undefined where it is no terminal: then nothing is cut. */
  readonly columns: number | undefined;
}

/** C0 and C1 controls, and what turns the direction of writing. */
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text of one line. */
export const plain = (text: string): string => text.replace(STEERING, ' ');

/** In a JSON text they stand in strings alone, where an escape means the same. */
const plainJson = (json: string): string =>
  json.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return `\\u${code.padStart(4, '0')}`;
  });

export const toJson = (value: unknown): string => plainJson(JSON.stringify(value, undefined, 2));

/** All of a message on one line of JSON, the event character for character. */
export const wholeJson = ({ summary, body }: ParkedMessage): string => {
  const open = JSON.stringify(summary).slice(0, -1);
  const isJson = parsed(body) !== undefined;
  return plainJson(isJson ? `${open},"event":${body}}` : `${open},"text":${JSON.stringify(body)}}`);
};

/** One message, for a person. */
export const describe = ({ summary, body }: ParkedMessage): string => {
  const { attempts, firstReceivedAt } = summary;
  const lines = [
    ['id', summary.id],
    ['parked', summary.parkedAt],
    ['first received', firstReceivedAt ?? 'unknown'],
    ['attempts', attempts === null ? 'unknown' : String(attempts)],
    ['owner', summary.owner],
    ['code', summary.code],
    ['reason', summary.reason],
  ].map(([name = '', value = '']) => `${name.padEnd(16)}${plain(value)}`);
  const event = parsed(body);
  return [...lines, '', event === undefined ? `not JSON: ${toJson(body)}` : toJson(event)].join('\n');
};

const HEADINGS = ['id', 'parked (UTC)', 'owner', 'code', 'source', 'type', 'attempts', 'reason'];
const GAP = '  ';
const MIN_REASON = 20;
const MAX_OTHER = 24;

/** A line for each, the reason last; what is too long for the terminal is cut. */
export const table = (summaries: readonly Summary[], columns: number | undefined): string => {
  const shorts = shortIds(summaries);
  const rows = summaries.map((summary, index) => [
    shorts[index] ?? summary.id,
    summary.parkedAt.slice(0, 16).replace('T', ' '),
    summary.owner,
    summary.code,
    summary.source ?? '-',
    summary.type ?? '-',
    String(summary.attempts ?? '-'),
    summary.reason,
  ]);
  const cells = [HEADINGS, ...rows].map((row) =>
    row.map((cell, column) => {
      const isFree = columns === undefined || column === 0 || column === row.length - 1;
      return cut(plain(cell), isFree ? Infinity : MAX_OTHER);
    }),
  );
  const widths = HEADINGS.map((_, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  );
  const others = widths.slice(0, -1).reduce((sum, width) => sum + width + GAP.length, 0);
  const left = columns === undefined ? Infinity : Math.max(MIN_REASON, columns - others);
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === row.length - 1 ? cut(cell, left) : cell.padEnd(widths[column] ?? 0),
        )
        .join(GAP),
    )
    .join('\n');
};

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

/** The first 8 characters, where they tell one from all others. */
const shortIds = (summaries: readonly Summary[]): string[] => {
  const shorts = summaries.map(({ id }) => id.slice(0, 8));
  const counts = new Map<string, number>();
  for (const short of shorts) counts.set(short, (counts.get(short) ?? 0) + 1);
  return summaries.map(({ id }, index) => {
    const short = shorts[index] ?? id;
    return counts.get(short) === 1 ? short : id;
  });
};
