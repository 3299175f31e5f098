/** From onqueue.yaml to a cloud assembly: what `npm run synth` and the demo on one machine both do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { Metafile } from 'esbuild';
import type { Configuration } from '../lambda/configuration.ts';
import type { FunctionName } from '../lambda/names.ts';
import { bundle } from './bundle.ts';
import { loadConfiguration } from './configuration.ts';
import { OnqueueStack } from './stack.ts';

export interface Synthesis {
  /** Left out: `-c config=FILE` of the CDK, else onqueue.yaml at the top of the repository. */
  readonly configurationFile?: string;
  /** Left out: CDK's own choice (CDK_OUTDIR, or a temporary directory). */
  readonly outdir?: string;
}

export interface Synthesised {
  /** The cloud assembly. */
  readonly directory: string;
  /** The stack's template, as JSON. */
  readonly templateFile: string;
  /** Each function's logical id in the template, and the directory of its bundle. */
  readonly functions: Readonly<Record<FunctionName, { readonly logicalId: string; readonly bundle: string }>>;
}

/** @throws ConfigurationError; and whatever cdk-nag finds stops the synth too */
export const synthesise = async ({ configurationFile, outdir }: Synthesis = {}): Promise<Synthesised> => {
  const app = new App({
    analyticsReporting: false,
    autoSynth: false,
    // What CloudFormation would refuse at deploy (half an event pattern) is an error here.
    context: { '@aws-cdk/core:validateAgainstDefaultRules': true },
    ...(outdir === undefined ? {} : { outdir }),
  });
  const configuration = loadConfiguration(configurationFile ?? chosenFile(app));

  const bundles = mkdtempSync(join(tmpdir(), 'onqueue-bundles-'));
  try {
    const made = await bundleAll(configuration, bundles);
    const stack = new OnqueueStack(app, 'Onqueue', {
      configuration,
      bundles: {
        receive: made.receive.outdir,
        'receive-event': made['receive-event'].outdir,
        deliver: made.deliver.outdir,
      },
    });
    applyChecks(app);
    const { directory } = app.synth();
    const built = (name: FunctionName) => {
      const { logicalId, bundle: path } = stack.functions[name].synthesised;
      return { logicalId, bundle: join(directory, path) };
    };
    return {
      directory,
      templateFile: join(directory, stack.templateFile),
      functions: {
        receive: built('receive'),
        'receive-event': built('receive-event'),
        deliver: built('deliver'),
      },
    };
  } finally {
    rmSync(bundles, { recursive: true });
  }
};

/** cdk-nag: a finding that is not acknowledged beside its resource stops the synth. */
export const applyChecks = (app: App): void =>
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

const chosenFile = (app: App): string => {
  const given: unknown = app.node.tryGetContext('config');
  return typeof given === 'string'
    ? given
    : relative(process.cwd(), join(import.meta.dirname, '..', 'onqueue.yaml'));
};

interface Bundled {
  readonly outdir: string;
  /** esbuild's account of what went in. */
  readonly metafile: Metafile;
}

/** Each function gets the part of the configuration that is its business, and no more. */
export const bundleAll = async (
  { netsapiens, sources, rules, limits, debug, onTheDay }: Configuration,
  directory: string,
): Promise<Record<FunctionName, Bundled>> => {
  const one = async (
    name: FunctionName,
    configuration: object,
    senders: readonly string[] = [],
  ): Promise<Bundled> => {
    const outdir = join(directory, name);
    const metafile = await bundle({
      entry: join(import.meta.dirname, '..', 'lambda', 'main', `${name}.ts`),
      outdir,
      configuration,
      senders,
    });
    return { outdir, metafile };
  };
  const [receive, receiveEvent, deliver] = await Promise.all([
    one(
      'receive',
      { sources },
      Object.values(sources).map(({ type }) => type),
    ),
    one('receive-event', { sources }),
    one('deliver', { netsapiens, rules, limits, debug, onTheDay }),
  ]);
  return { receive, 'receive-event': receiveEvent, deliver };
};
