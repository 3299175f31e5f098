/** What the CDK runs: `CDK_OUTDIR=cdk.out node infra/app.ts`; it needs neither network nor account. */
import { ConfigurationError } from './configuration.ts';
import { synthesise } from './synth.ts';

try {
  await synthesise();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
