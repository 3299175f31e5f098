/** `npm run bench`: measures, prints, and says which goals are met. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { memory } from './memory.ts';
import { reportText } from './report.ts';
import type { Report } from './report.ts';
import { scale } from './scale.ts';
import { size } from './size.ts';
import { throughput } from './throughput.ts';
import { work } from './work.ts';

const PARTS = { 'cold-start': coldStart, size, work, throughput, scale, memory };
type Part = keyof typeof PARTS;

const USAGE = `npm run bench -- [PART ...] [--quick] [--full] [--write]
  PART     ${Object.keys(PARTS).join(', ')} (default: all of them)
  --quick  fewer rounds: to see that it runs, not for figures
  --full   scale goes on to a million events
  --write  writes all of it to bench/RESULTS.md as well`;

const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);

class UsageError extends Error {
  override readonly name = 'UsageError';
}

const given = () => {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** @throws UsageError */
const readArguments = () => {
  const { values, positionals } = given();
  const unknown = positionals.filter((name) => !isPart(name));
  if (unknown.length > 0) throw new UsageError(`there is no part ${unknown.join(', ')}`);
  const chosen = positionals.filter(isPart);
  const parts = chosen.length > 0 ? chosen : Object.keys(PARTS).filter(isPart);
  // Half of the figures beside another run's half would say what nobody measured.
  if (values.write && chosen.length > 0)
    throw new UsageError('--write takes no parts: it writes all of them');
  return { parts, ...values };
};

/** What was measured on. */
const machine = (): string => {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memoryText = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return `${new Date().toISOString().slice(0, 10)}; ${availableParallelism()} x ${model}; ${memoryText}`;
};

const summary = (reports: readonly Report[]): string => {
  const goals = reports.flatMap((report) => report.goals);
  const missed = goals.filter(({ met }) => !met);
  return missed.length === 0
    ? `Goals met: ${goals.length} of ${goals.length}.`
    : `${missed.length} of ${goals.length} goals are not met:\n\n${missed.map(({ text }) => `- ${text}`).join('\n')}`;
};

const main = async (): Promise<void> => {
  const { parts, write, ...how } = readArguments();
  const about = machine();
  console.log(`${about}\n`);
  const reports: Report[] = [];
  for (const part of parts) {
    const report = await PARTS[part](how);
    console.log(`${reportText(report)}\n`);
    reports.push(report);
  }
  console.log(summary(reports));
  if (!how.quick && reports.some(({ goals }) => goals.some(({ met }) => !met))) process.exitCode = 1;
  if (write) {
    const text = [
      '# What `npm run bench` measured',
      `\`npm run bench -- --write\` writes this file. ${about}.`,
      summary(reports),
      ...reports.map(reportText),
    ].join('\n\n');
    writeFileSync(join(import.meta.dirname, 'RESULTS.md'), `${text}\n`);
  }
};

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
