/** Plain text in columns, for a terminal of 110 characters. */

export const WIDTH = 110;
const GAP = '  ';

export interface Column {
  readonly title: string;
  readonly width: number;
}

/** Breaks at spaces; a word that is longer than a line, anywhere. At least one line. */
export const wrapped = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
};

const pieces = (word: string, width: number): string[] => {
  const found = [];
  for (let at = 0; at === 0 || at < word.length; at += width) found.push(word.slice(at, at + width));
  return found;
};

/** A heading, a rule under it, and the rows; what does not fit its column goes on in the next line. */
export const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string =>
  [columns.map(({ title }) => title), columns.map(({ width }) => '-'.repeat(width)), ...rows]
    .flatMap((row) => {
      const cells = columns.map(({ width }, i) => wrapped(row[i] ?? '', width));
      const height = Math.max(...cells.map((lines) => lines.length));
      return Array.from({ length: height }, (_, at) =>
        columns
          .map(({ width }, i) => (cells[i]?.[at] ?? '').padEnd(width))
          .join(GAP)
          .trimEnd(),
      );
    })
    .join('\n');

/** A block under a heading, within the width. */
export const indented = (text: string, by: number): string =>
  wrapped(text, WIDTH - by)
    .map((line) => ' '.repeat(by) + line)
    .join('\n');
