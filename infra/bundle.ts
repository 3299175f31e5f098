/** Makes the asset of one function: minified modules that start fast, and nothing else. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';

/**
 * Bundles `entry` into `outdir`/index.cjs, and what it loads on demand into files beside it. The same sources and the
 * same configuration give the same bytes, so that a deploy without a change uploads nothing.
 *
 * @param configuration what the entry gets from the module `onqueue:configuration`; plain JSON
 * @param senders the types of the sources that it reads: no other sender goes in
 * @returns what went in and came out
 */
export const bundle = async (options: {
  readonly entry: string;
  readonly outdir: string;
  readonly configuration: unknown;
  readonly senders: readonly string[];
}): Promise<Metafile> => {
  const { metafile } = await build({
    entryPoints: { index: options.entry, jsonata: 'jsonata' },
    outdir: options.outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    // An ES module that imports node:http loads what Node keeps for fetch and WebSocket as well; `require` does not.
    format: 'cjs',
    supported: { 'dynamic-import': false },
    // AWS's runtime client loads it by `import`: Node reads the names of exports off the text.
    footer: { js: '0&&(module.exports={handler});' },
    target: 'node24',
    // The AWS SDK's build for browsers: no chain of credential providers, no configuration files, no child processes.
    // A function has its credentials from Lambda, and its own way out.
    platform: 'browser',
    external: ['node:*', './jsonata.cjs'],
    minify: true,
    treeShaking: true,
    legalComments: 'none',
    logLevel: 'warning',
    absWorkingDir: join(import.meta.dirname, '..'),
    metafile: true,
    plugins: [
      moduleOf(
        'onqueue:configuration',
        /^onqueue:configuration$/,
        JSON.stringify(options.configuration),
        'json',
      ),
      // A third of the code, and not every event needs it: Node looks at it when an expression is compiled.
      moduleOf('jsonata', /^jsonata$/, "module.exports = (...given) => require('./jsonata.cjs')(...given);"),
      // It would be loaded on demand, and for that esbuild wraps all that it shares: Node then reads that twice.
      moduleOf('event streams', /^@smithy\/core\/event-streams$/, 'module.exports = {};'),
      shortLivedSequences,
      sendersInUse(new Set(options.senders)),
    ],
  });
  return metafile;
};

/**
 * V8 takes the lists that JSONata collects its results in for long-lived, if it first sees them while much is under way, and
 * from then on puts each of them where only its slow garbage collection looks: a fifth of what an event costs `deliver`. It
 * makes no such guess about lists that do not come from a literal.
 */
const shortLivedSequences: Plugin = {
  name: 'short-lived sequences',
  setup: (esbuild) => {
    esbuild.onLoad({ filter: /[\\/]jsonata[\\/]jsonata\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(LITERAL, 'var sequence = new Array();'),
    }));
  },
};
const LITERAL = /var sequence = \[\];(?=\s+if \(options && options\.sequence\))/;

/** A module of a text of our own; as an entry it is itself. */
const moduleOf = (name: string, filter: RegExp, contents: string, loader: 'js' | 'json' = 'js'): Plugin => ({
  name,
  setup: (esbuild) => {
    esbuild.onResolve({ filter }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path, namespace: name },
    );
    esbuild.onLoad({ filter: /.*/, namespace: name }, () => ({ contents, loader }));
  },
});

const PRESETS = join('lambda', 'sources', 'presets.ts');

/**
 * Leaves out the senders that no source is of, for each makes its schemas whenever a process starts. presets.ts imports
 * every sender from a file that is named as its type.
 */
const sendersInUse = (types: ReadonlySet<string>): Plugin => ({
  name: 'senders',
  setup: (esbuild) => {
    esbuild.onResolve({ filter: /^\./ }, ({ path, importer }) =>
      importer.endsWith(PRESETS) && !types.has(basename(path, '.ts'))
        ? { path, namespace: 'unused sender' }
        : undefined,
    );
    // CommonJS: every name that is imported of it is undefined.
    esbuild.onLoad({ filter: /.*/, namespace: 'unused sender' }, () => ({
      contents: 'module.exports = {};',
    }));
  },
});
