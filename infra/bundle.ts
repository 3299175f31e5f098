/** Makes the asset of one function: one minified module and nothing else. */
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';

/**
 * Bundles `entry` into `outdir`/index.cjs. The same sources and the same configuration give the same bytes, so that a
 * deploy without a change uploads nothing.
 *
 * @param configuration what the entry gets from the module `onqueue:configuration`; plain JSON
 * @returns what went in and came out
 */
export const bundle = async (options: {
  readonly entry: string;
  readonly outdir: string;
  readonly configuration: unknown;
}): Promise<Metafile> => {
  const { metafile } = await build({
    entryPoints: [options.entry],
    outfile: join(options.outdir, 'index.cjs'),
    bundle: true,
    // An ES module that imports node:http loads what Node keeps for fetch and WebSocket as well; `require` does not.
    format: 'cjs',
    supported: { 'dynamic-import': false },
    target: 'node24',
    // The AWS SDK's build for browsers: no chain of credential providers, no configuration files, no child processes.
    // A function has its credentials from Lambda, and its own way out.
    platform: 'browser',
    external: ['node:*'],
    // For whoever loads it by `import`: Node reads the names of exports off the text.
    footer: { js: '0&&(module.exports={handler});' },
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: join(import.meta.dirname, '..'),
    metafile: true,
    plugins: [configurationModule(options.configuration)],
  });
  return metafile;
};

const configurationModule = (configuration: unknown): Plugin => ({
  name: 'onqueue:configuration',
  setup: (esbuild) => {
    esbuild.onResolve({ filter: /^onqueue:configuration$/ }, ({ path }) => ({ path, namespace: 'onqueue' }));
    esbuild.onLoad({ filter: /.*/, namespace: 'onqueue' }, () => ({
      contents: JSON.stringify(configuration),
      loader: 'json',
    }));
  },
});
