import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadConfiguration } from '../../infra/configuration.ts';
import { bundle } from '../../infra/bundle.ts';
import { bundleAll } from '../../infra/synth.ts';
import { AUTH_TYPES, OPTION_TYPES, PLAIN_TYPES } from '../../lambda/sources/types.ts';

const directory = mkdtempSync(join(tmpdir(), 'onqueue-bundle-'));
afterAll(() => rmSync(directory, { recursive: true }));

const entry = join(directory, 'entry.ts');
writeFileSync(
  entry,
  `import configuration from 'onqueue:configuration'; export const handler = (): unknown => configuration;`,
);

const CONFIGURATION = {
  rules: [{ name: '"quoted" \u2028 `${tick}` </script>', queues: ['0300'] }],
  none: null,
};

test('a bundle is one module that carries its configuration, beside it what is loaded on demand', async () => {
  const outdir = join(directory, 'one');
  await bundle({ entry, outdir, configuration: CONFIGURATION, senders: [] });
  expect(readdirSync(outdir)).toEqual(['index.cjs', 'jsonata.cjs']);
  const { handler } = (await import(pathToFileURL(join(outdir, 'index.cjs')).href)) as {
    handler: () => unknown;
  };
  expect(handler()).toEqual(CONFIGURATION);
});

test("JSONata's lists of results come from no literal", async () => {
  const outdir = join(directory, 'jsonata');
  await bundle({ entry, outdir, configuration: CONFIGURATION, senders: [] });
  const [, made] =
    /createSequence=function\(\)\{var \w+=([^;]+);/.exec(readFileSync(join(outdir, 'jsonata.cjs'), 'utf8')) ??
    [];
  expect(made).toBe('new Array');
});

test('the same makes the same bytes, another configuration makes others', async () => {
  const bytes = async (name: string, configuration: unknown): Promise<Buffer> => {
    await bundle({ entry, outdir: join(directory, name), configuration, senders: [] });
    return readFileSync(join(directory, name, 'index.cjs'));
  };
  expect(await bytes('first', CONFIGURATION)).toEqual(await bytes('second', CONFIGURATION));
  expect(await bytes('third', { rules: [] })).not.toEqual(await bytes('first', CONFIGURATION));
});

const main = (name: string) => join(import.meta.dirname, '../../lambda/main', `${name}.ts`);

/** The files of which something is in the bundle. */
const inputsOf = async (name: string, senders: readonly string[]): Promise<string[]> => {
  const { outputs } = await bundle({
    entry: main(name),
    outdir: join(directory, 'inputs'),
    configuration: {},
    senders,
  });
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
  );
};

const SENDERS: readonly string[] = [...PLAIN_TYPES, ...AUTH_TYPES, ...OPTION_TYPES].toSorted();

test.each([['bamboohr'], ['front', 'http'], ['hubspot', 'personio', 'zendesk'], SENDERS])(
  'of all senders, only those in use are in the bundle: %s',
  async (...types) => {
    const inputs = await inputsOf('receive', types);
    expect(SENDERS.filter((each) => inputs.includes(`lambda/sources/${each}.ts`))).toEqual(types);
  },
);

// The AWS SDK's build for browsers is what keeps these out: should it change its shape, this says so.
test('Secrets Manager is the one client of the SDK, without its credential providers', async () => {
  const configuration = loadConfiguration(join(import.meta.dirname, '../../onqueue.yaml'));
  const made = await bundleAll(configuration, join(directory, 'all'));
  const packages = Object.values(made).map(({ metafile }) => {
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
    const names = files.map((file) => /node_modules\/(@aws-sdk\/[^/]+|@smithy\/[^/]+)/.exec(file)?.[1] ?? '');
    return [...new Set(names)].filter((name) => /client-|credential|token|node-http/.test(name));
  });
  expect(packages).toEqual([['@aws-sdk/client-secrets-manager'], [], ['@aws-sdk/client-secrets-manager']]);
});

test('a bundle loads no more of Node than it needs', async () => {
  const configuration = loadConfiguration(join(import.meta.dirname, '../../onqueue.yaml'));
  const made = await bundleAll(configuration, join(directory, 'required'));
  const builtins = Object.values(made).map(({ outdir }) => {
    const code = readFileSync(join(outdir, 'index.cjs'), 'utf8');
    // `import` of node:http loads what Node keeps for fetch as well; `require` does not.
    expect(code).not.toMatch(/\bimport\(/);
    return [...new Set(code.match(/require\("node:[a-z/_]+"\)/g))].toSorted();
  });
  const all = ['crypto', 'http', 'https', 'timers/promises', 'vm'].map((name) => `require("node:${name}")`);
  expect(builtins).toEqual([all, all, all]);
});
