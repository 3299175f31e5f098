/** An agent that a rule names literally: there is such a user, and it is a person. */
import * as z from 'zod';
import { domainPath } from './queue.ts';
import type { Asking } from './queue.ts';
import type { Finding } from './report.ts';
import { rulesText } from './rules.ts';

/** A user is told by the extension in it: an answer of 200 may be empty. */
const userSchema = z.object({
  user: z.union([z.string(), z.number()]),
  'service-code': z.string().optional().catch(undefined),
});

/** @param agent `user@domain` or `sip:device@domain` */
export const checkUser = async (
  { ask, domain }: Asking,
  agent: string,
  rules: readonly string[],
): Promise<Finding[]> => {
  const about = 'user';
  if (/^sip:/i.test(agent))
    return [{ level: 'skipped', about, sentence: `${agent} is a device: whether it exists was not asked` }];
  const user = agent.slice(0, agent.lastIndexOf('@'));
  const heard = await ask(domainPath(domain, 'users', user));
  if (heard.kind === 'trouble') {
    const { sentence, ...rest } = heard.trouble;
    return [{ level: 'problem', about, sentence: `${agent}: ${sentence}`, ...rest }];
  }
  const found = heard.kind === 'found' ? userSchema.safeParse(heard.body).data : undefined;
  if (!found)
    return [
      {
        level: 'problem',
        about,
        sentence: `${agent} does not exist (${heard.kind === 'missing' ? heard.said : 'an answer without a user'}); ${rulesText(rules)} would add it`,
        remedy: 'Make this user in the portal, or correct `callqueue-agent-id` in onqueue.yaml.',
      },
    ];
  const code = found['service-code'] ?? '';
  return code.startsWith('system')
    ? [
        {
          level: 'warning',
          about,
          sentence: `${agent} belongs to the system itself (${code}), not to a person; ${rulesText(rules)} would add it`,
          remedy: 'Is `callqueue-agent-id` in onqueue.yaml the extension of a person?',
        },
      ]
    : [{ level: 'ok', about, sentence: `${agent} exists` }];
};
