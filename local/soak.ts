/** npm run soak -- --events N --seed S: nothing lost and nothing twice, whatever goes wrong. */
import { parseArgs } from 'node:util';
import { judge } from './soak/judge.ts';
import { report } from './soak/report.ts';
import { soak } from './soak/run.ts';

const USAGE = 'npm run soak -- [--events N] [--seed S]   N from 10 to 1000000 (1000), S a whole number (1)';

const wholeNumber = (text: string): number => (/^\d{1,9}$/.test(text) ? Number(text) : NaN);

const flags = (): { readonly events: number; readonly seed: number } | undefined => {
  try {
    const { values } = parseArgs({
      options: { events: { type: 'string', default: '1000' }, seed: { type: 'string', default: '1' } },
    });
    const given = { events: wholeNumber(values.events), seed: wholeNumber(values.seed) };
    return given.events >= 10 && given.events <= 1_000_000 && !Number.isNaN(given.seed) ? given : undefined;
  } catch {
    return undefined;
  }
};

const given = flags();
if (given) {
  console.log(`${given.events} events, seed ${given.seed}\n`);
  const run = await soak(given);
  const judgement = judge(run);
  console.log(report(run, judgement));
  process.exitCode = judgement.differences.length === 0 ? 0 : 1;
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
