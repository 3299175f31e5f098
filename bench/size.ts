/** What each bundle weighs, and what takes the room. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { loadConfiguration } from '../infra/configuration.ts';
import { bundleAll } from '../infra/synth.ts';
import type { FunctionName } from '../lambda/names.ts';
import type { Report, Table } from './report.ts';

export interface Weight {
  /** Minified, as deployed. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Files that went in, and of which something is left. */
  readonly modules: number;
  /** Bytes by package, the heaviest first. */
  readonly packages: readonly (readonly [name: string, bytes: number])[];
}

const NAMES = ['receive', 'receive-event', 'deliver'] as const satisfies FunctionName[];

const ROOT = join(import.meta.dirname, '..');

/** By the operator's file of this repository. */
export const weigh = async (): Promise<Readonly<Record<FunctionName, Weight>>> => {
  const directory = await mkdtemp(join(tmpdir(), 'onqueue-size-'));
  try {
    const made = await bundleAll(loadConfiguration(join(ROOT, 'onqueue.yaml')), directory);
    const weightOf = async (name: FunctionName): Promise<Weight> => {
      const { metafile } = made[name];
      const files = await Promise.all(
        Object.keys(metafile.outputs).map((file) => readFile(join(ROOT, file))),
      );
      const bytes = Buffer.concat(files);
      const inputs = inputsOf(metafile);
      return {
        bytes: bytes.length,
        gzipBytes: gzipSync(bytes, { level: 9 }).length,
        modules: inputs.length,
        packages: byPackage(inputs),
      };
    };
    const [receive, receiveEvent, deliver] = await Promise.all(NAMES.map(weightOf));
    if (!receive || !receiveEvent || !deliver) throw new Error('there are three functions');
    return { receive, 'receive-event': receiveEvent, deliver };
  } finally {
    await rm(directory, { recursive: true });
  }
};

interface Input {
  readonly file: string;
  readonly bytes: number;
}

const inputsOf = ({ outputs }: Metafile): Input[] =>
  Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .map(([file, { bytesInOutput }]) => ({ file, bytes: bytesInOutput }))
    .filter(({ bytes }) => bytes > 0);

const byPackage = (inputs: readonly Input[]): [string, number][] => {
  const sums = new Map<string, number>();
  for (const { file, bytes } of inputs) {
    const name = packageOf(file);
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  return [...sums].toSorted(([, a], [, b]) => b - a);
};

/** The innermost package, as npm may have put one into another. */
const packageOf = (file: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ??
  (file.startsWith('onqueue:') ? 'onqueue.yaml' : 'lambda/');

/** Packages that are named in the table; what is left is one line. */
const NAMED = 12;

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);

export const size = async (): Promise<Report> => {
  const weights = await weigh();
  return {
    title: 'Size',
    about:
      'Each bundle, minified as it is deployed, by the onqueue.yaml of this repository; kB are 1,000 bytes.',
    tables: [
      {
        head: ['', 'kB', 'kB, gzip', 'modules'],
        rows: NAMES.map((name) => {
          const { bytes, gzipBytes, modules } = weights[name];
          return [name, kilobytes(bytes), kilobytes(gzipBytes), String(modules)];
        }),
      },
      roomTable(weights),
    ],
    goals: [],
    notes: ['test/infra/budget.test.ts holds the bundles to these sizes.'],
  };
};

/** What takes the room: packages by function, in the order of the whole. */
const roomTable = (weights: Readonly<Record<FunctionName, Weight>>): Table => {
  const all = new Map<string, number>();
  for (const name of NAMES)
    for (const [part, bytes] of weights[name].packages) all.set(part, (all.get(part) ?? 0) + bytes);
  const named = [...all]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, NAMED)
    .map(([part]) => part);
  const cells = (belongs: (part: string) => boolean): string[] =>
    NAMES.map((name) =>
      kilobytes(
        weights[name].packages.reduce((sum, [part, bytes]) => (belongs(part) ? sum + bytes : sum), 0),
      ),
    );
  return {
    head: ['kB of', ...NAMES],
    rows: [
      ...named.map((name) => [name, ...cells((part) => part === name)]),
      ['all others', ...cells((part) => !named.includes(part))],
    ],
  };
};
