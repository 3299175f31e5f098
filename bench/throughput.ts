/** From the webhook to the POST at NetSapiens, beside the same job in bare. */
import type { Report } from './report.ts';
import { median, quantile, ratios, spread } from './statistics.ts';
import { startBare, startOurs } from './through/rig.ts';
import type { Run } from './through/rig.ts';

const EVENTS = 2000;

export const throughput = async ({ quick }: { readonly quick: boolean }): Promise<Report> => {
  const rounds = quick ? 3 : 7;
  const candidates = { Onqueue: await startOurs(), bare: await startBare() };
  const runs: Record<keyof typeof candidates, Run[]> = { Onqueue: [], bare: [] };
  try {
    // The first round is for the compiler, and does not count.
    for (let round = -1; round < rounds; round += 1)
      for (const name of ['Onqueue', 'bare'] as const) {
        const run = await candidates[name].run(EVENTS);
        if (round >= 0) runs[name].push(run);
      }
  } finally {
    await candidates.Onqueue.stop();
    await candidates.bare.stop();
  }
  const rates = (name: keyof typeof runs): number[] =>
    runs[name].map(({ events, seconds }) => events / seconds);
  const share = ratios(rates('Onqueue'), rates('bare'));
  const row = (name: keyof typeof runs): string[] => {
    const answers = runs[name].flatMap((run) => run.answers);
    return [
      name,
      spread(rates(name), 0),
      quantile(answers, 0.5).toFixed(1),
      quantile(answers, 0.99).toFixed(1),
      spread(
        runs[name].map(({ cpuMs, events }) => (cpuMs * 1000) / events),
        0,
      ),
      Math.max(...runs[name].map(({ peakMb }) => peakMb)).toFixed(0),
    ];
  };
  return {
    title: 'Throughput of the way through',
    about: `${EVENTS} events`,
    tables: [
      {
        head: [
          '',
          'events/s',
          'answer: half within, ms',
          '99 % within, ms',
          'own CPU, µs an event',
          'peak MB',
        ],
        rows: [row('Onqueue'), row('bare')],
      },
    ],
    goals: [{ text: `${median(share).toFixed(2)} times bare, at least 0.5`, met: median(share) >= 0.5 }],
    notes: [spread(share, 2), JSON.stringify(runs.Onqueue[0]?.calls), JSON.stringify(runs.bare[0]?.calls)],
  };
};
