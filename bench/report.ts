/** What a part of the benchmark has to say, and how it is written: as Markdown, which a terminal shows as well. */

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

export interface Report {
  readonly title: string;
  /** What was measured, and how: a sentence or two. */
  readonly about: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  /** What follows from the figures. */
  readonly notes: readonly string[];
}

/** The first column is words, the others are figures. */
const tableText = ({ head, rows }: Table): string => {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
};

const goalText = ({ text, met }: Goal): string => `- ${met ? 'met' : 'NOT MET'}: ${text}`;

export const reportText = ({ title, about, tables, goals, notes }: Report): string =>
  [
    `## ${title}`,
    about,
    ...tables.map(tableText),
    ...(goals.length > 0 ? [goals.map(goalText).join('\n')] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n');
