/** The directory, for rules that look people up in it. */
import * as z from 'zod';
import { domainPath } from './queue.ts';
import type { Asking } from './queue.ts';
import { counted } from './report.ts';
import type { Finding } from './report.ts';

const usersSchema = z.array(z.object({ user: z.union([z.string(), z.number()]) }));
const countSchema = z.object({ total: z.coerce.number().int().min(0) });

const problem = (sentence: string, remedy: string): Finding => ({
  level: 'problem',
  about: 'people',
  sentence,
  remedy,
});

export const checkPeople = async ({ ask, domain }: Asking): Promise<Finding[]> => {
  const path = domainPath(domain, 'users');
  const heard = await ask(`${path}?limit=1`);
  if (heard.kind === 'trouble') {
    const { sentence, ...rest } = heard.trouble;
    return [{ level: 'problem', about: 'people', sentence: `the directory: ${sentence}`, ...rest }];
  }
  if (heard.kind === 'missing')
    return [
      problem(
        `there are no users in ${domain} (${heard.said})`,
        'Is netsapiens.domain in onqueue.yaml right?',
      ),
    ];
  if (!usersSchema.safeParse(heard.body).success)
    return [problem('what should be the directory is no list of users', 'Show this to your provider.')];
  const count = await ask(`${path}/count`);
  if (count.kind === 'trouble' && count.trouble.final)
    return [{ level: 'problem', about: 'people', ...count.trouble }];
  const total = count.kind === 'found' ? countSchema.safeParse(count.body).data?.total : undefined;
  return [
    {
      level: 'ok',
      about: 'people',
      sentence: `the directory can be read: ${total === undefined ? 'how many users was not told' : counted(total, 'user')}`,
    },
  ];
};
