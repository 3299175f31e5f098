import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { bundle } from '../../infra/bundle.ts';

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

test('a bundle is one module that carries its configuration', async () => {
  const outdir = join(directory, 'one');
  await bundle({ entry, outdir, configuration: CONFIGURATION });
  expect(readdirSync(outdir)).toEqual(['index.cjs']);
  const { handler } = (await import(pathToFileURL(join(outdir, 'index.cjs')).href)) as {
    handler: () => unknown;
  };
  expect(handler()).toEqual(CONFIGURATION);
});

test('the same makes the same bytes, another configuration makes others', async () => {
  const bytes = async (name: string, configuration: unknown): Promise<Buffer> => {
    await bundle({ entry, outdir: join(directory, name), configuration });
    return readFileSync(join(directory, name, 'index.cjs'));
  };
  expect(await bytes('first', CONFIGURATION)).toEqual(await bytes('second', CONFIGURATION));
  expect(await bytes('third', { rules: [] })).not.toEqual(await bytes('first', CONFIGURATION));
});
