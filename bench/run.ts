/** `npm run bench`: measures, prints, and says which goals are met. */
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { reportText } from './report.ts';
import { size } from './size.ts';
import { throughput } from './throughput.ts';
import { work } from './work.ts';

const PARTS = { 'cold-start': coldStart, size, work, throughput };

const isPart = (name: string): name is keyof typeof PARTS => Object.hasOwn(PARTS, name);

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const parts = (positionals.length > 0 ? positionals : Object.keys(PARTS)).filter(isPart);
for (const part of parts) {
  const report = await PARTS[part](values);
  console.log(`${reportText(report)}\n`);
  if (report.goals.some(({ met }) => !met)) process.exitCode = 1;
}
