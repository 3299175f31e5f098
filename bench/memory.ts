/** The cold start at the sizes of memory that a function may have. */
import { withBundles } from './bundles.ts';
import { startChild } from './child.ts';
import { createRuntime } from './cold.ts';
import type { ColdStart } from './cold.ts';
import { candidates } from './cold-start.ts';
import type { Report } from './report.ts';
import { median, spread } from './statistics.ts';

const SETTINGS_MB = [128, 256, 512];

/** Nine tenths of the setting: the rest is for what is not the heap. */
const heapFlag = (settingMb: number): string => `--max-old-space-size=${Math.round(settingMb * 0.9)}`;

export const memory = ({ quick }: { readonly quick: boolean }): Promise<Report> =>
  withBundles(async (functions, directory) => {
    const rounds = quick ? 3 : 9;
    const neighbours = await startChild('neighbours.ts');
    const runtime = await createRuntime(directory);
    try {
      const all = await candidates(functions, directory, neighbours.origin);
      const cells = all.flatMap(({ title, start }) =>
        SETTINGS_MB.map((settingMb) => {
          const seen: ColdStart[] = [];
          return { title, start, settingMb, seen };
        }),
      );
      for (let round = -1; round < rounds; round += 1)
        for (const { start, settingMb, seen } of cells) {
          const result = await runtime.start({ ...start(), nodeFlags: [heapFlag(settingMb)] });
          if (round >= 0) seen.push(result);
        }
      return report(
        all.map(({ title }) => title),
        cells,
        rounds,
      );
    } finally {
      await runtime.close();
      await neighbours.stop();
    }
  });

interface Cell {
  readonly title: string;
  readonly settingMb: number;
  readonly seen: readonly ColdStart[];
}

const report = (titles: readonly string[], cells: readonly Cell[], rounds: number): Report => {
  const seenOf = (title: string, settingMb: number): readonly ColdStart[] =>
    cells.find((cell) => cell.title === title && cell.settingMb === settingMb)?.seen ?? [];
  const peaks = (title: string, settingMb: number): number[] =>
    seenOf(title, settingMb).flatMap(({ peakMb }) => peakMb ?? []);
  const peakText = (values: readonly number[]): string =>
    values.length > 0 ? median(values).toFixed(0) : '?';
  return {
    title: 'Memory',
    about:
      `The cold start with a heap of nine tenths of what the function's memory may be set to (${SETTINGS_MB.map(heapFlag).join(', ')}): milliseconds ` +
      `to the first answer, and the most memory that the process held until then (MB, resident); ${rounds} rounds. A process ` +
      'here has a whole processor whatever the setting; Lambda gives one at 1,769 MB, and at less the share of it.',
    tables: [
      {
        head: ['', ...SETTINGS_MB.flatMap((mb) => [`${mb} MB: ms`, 'peak MB'])],
        rows: titles.map((title) => [
          title,
          ...SETTINGS_MB.flatMap((mb) => [
            spread(
              seenOf(title, mb).map(({ totalMs }) => totalMs),
              0,
            ),
            peakText(peaks(title, mb)),
          ]),
        ]),
      },
    ],
    goals: [],
    notes: [],
  };
};
