/** The cold start at the sizes of memory that a function may have. */
import { withBundles } from './bundles.ts';
import { startChild } from './child.ts';
import { createRuntime } from './cold.ts';
import type { ColdStart } from './cold.ts';
import { candidates } from './cold-start.ts';
import type { Report } from './report.ts';
import { median, spread } from './statistics.ts';

const SETTINGS_MB = [128, 256, 512];

/** At this setting a function has one whole processor, at less the share of it (Lambda Developer Guide, "memory"). */
const WHOLE_PROCESSOR_MB = 1769;

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
  /** As long as it computes, it takes as much longer as its share of the processor is smaller. */
  const reckoned = (title: string, settingMb: number): number =>
    (median(SETTINGS_MB.flatMap((mb) => seenOf(title, mb)).map(({ initMs, totalMs }) => totalMs - initMs)) *
      WHOLE_PROCESSOR_MB) /
    settingMb;
  const most = Math.max(0, ...cells.flatMap(({ seen }) => seen).map(({ peakMb }) => peakMb ?? 0));
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
      {
        head: ['the first event, ms (reckoned)', ...SETTINGS_MB.map((mb) => `${mb} MB`)],
        rows: titles.map((title) => [title, ...SETTINGS_MB.map((mb) => reckoned(title, mb).toFixed(0))]),
      },
    ],
    goals: [],
    notes: [
      `Memory is not what decides: no function held more than ${most.toFixed(0)} MB. The processor is. Lambda lends a whole one while a function starts, but the first event has its share alone: the second table is the time from the first /next to the answer, divided by that share.`,
      `The stack ships 512 MB: receive's first event then takes about ${reckoned('receive', 512).toFixed(0)} ms of the three seconds that a sender waits, with 128 MB ${reckoned('receive', 128).toFixed(0)} ms. The price is memory times time: as long as a function computes, half the memory costs the same and takes twice as long.`,
    ],
  };
};
