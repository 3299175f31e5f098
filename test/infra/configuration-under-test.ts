/** A configuration in order, ways to spoil it, and what the loader says then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ConfigurationError, loadConfiguration } from '../../infra/configuration.ts';

export const problemsOf = (content: string | Uint8Array): readonly string[] => {
  const directory = mkdtempSync(join(tmpdir(), 'onqueue-configuration-'));
  const file = join(directory, 'onqueue.yaml');
  try {
    writeFileSync(file, content);
    loadConfiguration(file);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problem.replace(`${file}:`, '').replace(file, 'FILE'));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

export const GOOD = `netsapiens:
  server: pbx.example.com
  domain: acme.example
alarms:
  email: ops@acme.example
sources:
  hr:
    type: http
    auth:
      hmac:
        header: X-Signature
        signed: "{timestamp}.{body}"
        timestamp: { header: X-Time, unit: s }
    person:
      email: "{% body.mail %}"
  bus:
    type: eventbridge
    pattern: { source: [acme.hr] }
rules:
  - name: Sales
    from: [hr, bus]
    when: "{% person.department = 'Sales' %}"
    queues: ["3000"]
    agent:
      callqueue-agent-id: "{% person.extension & '@acme.example' %}"
      callqueue-agent-availability-type: manual
      synchronous: "yes"
`;

/** GOOD with one thing exchanged; a text that GOOD does not hold is the table's own mistake. */
export const good = (written: string, instead: string): string => {
  expect(GOOD.split(written)).toHaveLength(2);
  return GOOD.replace(written, () => instead);
};

/** A mistake, and where each of its problems stands and what it says. */
export type Mistake = [title: string, content: string, problems: [where: string, what: string][]];

export const expectProblems = (content: string, expected: Mistake[2]): void => {
  const problems = problemsOf(content);
  expect(problems).toHaveLength(expected.length);
  for (const [i, [where, what]] of expected.entries()) {
    expect(problems[i]).toContain(what);
    expect(problems[i]?.slice(0, where.length)).toBe(where);
  }
};
