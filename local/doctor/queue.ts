/** A call queue that rules name: it exists, people can join it, and its agents can be read. */
import * as z from 'zod';
import type { Heard } from './ask.ts';
import { counted } from './report.ts';
import type { Finding } from './report.ts';
import { rulesText } from './rules.ts';

/** Asks with the token, in the domain. */
export interface Asking {
  readonly ask: (path: string) => Promise<Heard>;
  readonly domain: string;
}

export const domainPath = (domain: string, ...segments: readonly string[]): string =>
  ['/domains', ...[domain, ...segments].map(encodeURIComponent)].join('/');

/** A queue is told by its own extension in it: an answer of 200 may be empty. */
const queueSchema = z.object({
  callqueue: z.union([z.string(), z.number()]),
  description: z.string().optional().catch(undefined),
  'callqueue-dispatch-type': z.string().optional().catch(undefined),
});
const agentsSchema = z.array(z.object({ 'callqueue-agent-id': z.string() }));

export const checkQueue = async (
  { ask, domain }: Asking,
  queue: string,
  rules: readonly string[],
): Promise<Finding[]> => {
  const finding = (level: Finding['level'], sentence: string, remedy: string): Finding[] => [
    { level, about: 'queue', sentence, remedy },
  ];
  const path = domainPath(domain, 'callqueues', queue);
  const read = await ask(path);
  if (read.kind === 'trouble') return [troubled(queue, read.trouble)];
  const found = read.kind === 'found' ? queueSchema.safeParse(read.body).data : undefined;
  if (!found) {
    const said = read.kind === 'missing' ? read.said : 'an answer without a queue';
    return finding(
      'problem',
      `${queue} does not exist in ${domain} (${said}); ${rulesText(rules)} would add to it`,
      'Make this call queue in the portal, or correct `queues` in onqueue.yaml.',
    );
  }
  const { description = '', 'callqueue-dispatch-type': type } = found;
  const name = `${queue} ${description}`.trim();
  if (type?.toLowerCase() === 'call park')
    return finding(
      'problem',
      `${name} is a Call Park, where nobody takes calls; ${rulesText(rules)} would add to it`,
      'Name a call queue in `queues` in onqueue.yaml.',
    );

  const agents = await ask(`${path}/agents`);
  if (agents.kind === 'trouble') return [troubled(`${name}, its agents`, agents.trouble)];
  // The queue exists: a 404 is one way to say that nobody is in it.
  const rows = agents.kind === 'missing' ? [] : agentsSchema.safeParse(agents.body).data;
  return rows
    ? [{ level: 'ok', about: 'queue', sentence: `${name}: ${counted(rows.length, 'agent')}` }]
    : finding(
        'problem',
        `${name}: what should be its agents is no list of agents`,
        'Onqueue cannot tell who is there already, and adds nobody. Show this to your provider.',
      );
};

const troubled = (
  name: string,
  { sentence, ...rest }: Extract<Heard, { kind: 'trouble' }>['trouble'],
): Finding => ({ level: 'problem', about: 'queue', sentence: `${name}: ${sentence}`, ...rest });
