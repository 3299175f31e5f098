/** `npm run demo`: sends what the senders would send, and shows what became of it. Exits 0 if that is what had to. */
import { ConfigurationError, loadConfiguration } from '../infra/configuration.ts';
import { credentialsOf } from './credentials.ts';
import { EVERY_SENDER } from './demo/all.ts';
import { runDemo } from './demo/run.ts';
import { STORY } from './demo/story.ts';
import { readFlags, UsageError } from './flags.ts';

try {
  const flags = readFlags();
  const { configurationFile, bundled, netsapiens, port = 0 } = flags;
  const tale = flags.all ? EVERY_SENDER : STORY;
  const { keys, token } = credentialsOf(flags, loadConfiguration(configurationFile));
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const isRight = await runDemo({ tale, configurationFile, bundled, netsapiens, port, keys, token, print });
  process.exitCode = isRight ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
