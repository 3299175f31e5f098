import { onTestFinished } from 'vitest';
import { startSimulator } from '../../../local/netsapiens/simulator.ts';
import type { Simulator, SimulatorOptions } from '../../../local/netsapiens/simulator.ts';

export const TOKEN = 'nsd_everything';
export const AGENTS = '/domains/acme.example/callqueues/3000/agents';

export interface Called {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Queues 3000 and 3001, users 1001 and 1002. */
export const start = (options: Partial<SimulatorOptions> = {}): Promise<Simulator> =>
  startSimulator({
    domain: 'acme.example',
    queues: [
      { callqueue: '3000', description: 'Support' },
      { callqueue: '3001', description: 'Night', 'callqueue-dispatch-type': 'Call Park' },
    ],
    users: [
      {
        user: '1001',
        'name-first-name': 'Ada',
        'name-last-name': 'Ames',
        'email-address': 'ada@acme.example;a.ames@acme.example',
        department: 'Support',
        devices: ['1001', '1001wp'],
      },
      { user: '1002' },
    ],
    token: TOKEN,
    ...options,
  });

/** One that lives as long as the test. */
export const started = async (options: Partial<SimulatorOptions> = {}): Promise<Simulator> => {
  const simulator = await start(options);
  onTestFinished(simulator.close);
  return simulator;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** One real request under /ns-api/v2. */
export const call = async (
  { origin }: Simulator,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` },
): Promise<Called> => {
  const response = await fetch(`${origin}/ns-api/v2${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: parsed(await response.text()), headers: response.headers };
};

/** The ids that a read of queue 3000 shows. */
export const idsOf = ({ body }: Called): unknown[] =>
  Array.isArray(body)
    ? body.map((row: unknown) =>
        typeof row === 'object' && row !== null && 'callqueue-agent-id' in row
          ? row['callqueue-agent-id']
          : undefined,
      )
    : [];

export const ADA = { 'callqueue-agent-id': '1001@acme.example' };
export const ACCEPTED = { code: 202, message: 'Accepted' };
