/** `npm run doctor`: will NetSapiens take what Onqueue sends? Asks, and changes nothing. */
import { ConfigurationError, loadConfiguration } from '../infra/configuration.ts';
import { createSend } from '../lambda/http.ts';
import { createAsk } from './doctor/ask.ts';
import { examine } from './doctor/examine.ts';
import { readFlags } from './doctor/flags.ts';
import { line, summary } from './doctor/report.ts';
import type { Finding } from './doctor/report.ts';
import { readSecret } from './doctor/secret.ts';
import { tokenVariable, UsageError } from './flags.ts';

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const NO_TOKEN: Finding = {
  level: 'problem',
  about: 'token',
  sentence: 'is not given',
  remedy:
    "Put it into NETSAPIENS_TOKEN, or run the command of the deploy's output CheckNetSapiens (--secret-id ARN).",
  final: true,
};

const run = async (): Promise<void> => {
  const { configurationFile, netsapiens, secretId } = readFlags();
  const configuration = loadConfiguration(configurationFile);
  const origin = netsapiens ?? `https://${configuration.netsapiens.server}`;
  print(`${origin}, domain ${configuration.netsapiens.domain}, by ${configurationFile}\n`);

  const secret = secretId === undefined ? (tokenVariable() ?? NO_TOKEN) : await readSecret(secretId);
  const ask = createAsk({ origin, send: createSend(), now: Date.now });
  const findings: Finding[] = [];
  for await (const finding of examine({ configuration, secret, ask, now: Date.now() })) {
    findings.push(finding);
    print(line(finding));
  }
  print(`\n${summary(findings)}`);
  if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1;
};

try {
  await run();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
