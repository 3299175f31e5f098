/** What an API key may do, as the server itself tells it: `GET /apikeys/~`. */
import * as z from 'zod';
import type { Ask } from './ask.ts';
import { listed } from './report.ts';
import type { Finding } from './report.ts';
import { RIGHT_KEY } from './token.ts';
import type { Token } from './token.ts';

/** Of another shape than the vendor describes: as good as left out. */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.optional().catch(undefined);
const text = lenient(z.string().trim().min(1));
const yesNo = lenient(
  z.preprocess((value) => String(value).toLowerCase(), z.enum(['yes', 'no', 'true', 'false', '1', '0'])),
).transform((value) => (value === undefined ? undefined : ['yes', 'true', '1'].includes(value)));

const keySchema = z.object({
  'user-scope': text,
  domain: text,
  readonly: yesNo,
  'can-create-keys': yesNo,
  'allowed-models': lenient(
    z.union([z.array(z.string()), z.string().transform((all) => all.split(/[\s,;]+/))]),
  ),
  'ip-address': text,
});
type Key = z.infer<typeof keySchema>;

/** Wider than one domain. */
const WIDE_SCOPES: readonly string[] = ['Super User', 'Reseller', 'NDP'];
const ANYWHERE: readonly string[] = ['*', '0.0.0.0/0'];

export interface Needs {
  readonly domain: string;
  /** What the calls of Onqueue go by in the rights of a key. */
  readonly models: readonly string[];
}

export const checkKey = async (ask: Ask, token: Token, needs: Needs): Promise<Finding[]> => {
  const heard = await ask('/apikeys/~', token);
  if (heard.kind === 'found') {
    const key = keySchema.safeParse(heard.body).data;
    return key ? judgeKey(key, needs) : [untold('the server tells of it in another form than is known')];
  }
  if (heard.kind === 'missing') return [untold(`the server does not tell (${heard.said})`)];
  const { trouble } = heard;
  // The key may have all other rights and lack that to read about itself.
  const isOnlyThis = trouble.final !== true || /invalid scope/i.test(trouble.sentence);
  return [isOnlyThis ? untold(trouble.sentence) : { level: 'problem', about: 'key', ...trouble }];
};

const untold = (why: string): Finding => ({
  level: 'warning',
  about: 'key',
  sentence: `what it may do could not be told: ${why}`,
  remedy: `See in the portal that it is ${RIGHT_KEY}.`,
});

const judgeKey = (key: Key, { domain, models }: Needs): Finding[] => {
  const findings: Finding[] = [];
  const tell = (level: Finding['level'], sentence: string, remedy: string): void => {
    findings.push({ level, about: 'key', sentence, remedy });
  };
  const replace = `Make ${RIGHT_KEY}.`;
  const scope = key['user-scope'];
  const everywhere = key.domain === '*';
  const allowed = key['allowed-models']?.filter((model) => model !== '') ?? [];

  if (key.domain !== undefined && !everywhere && key.domain.toLowerCase() !== domain.toLowerCase())
    tell('problem', `is of the domain ${key.domain}, and not of ${domain}`, replace);
  if (key.readonly === true) tell('problem', 'is read-only: it can look at queues, not add to them', replace);
  const lacking =
    allowed.length === 0 || allowed.includes('*') ? [] : models.filter((model) => !allowed.includes(model));
  if (lacking.length > 0)
    tell(
      'problem',
      `lacks the ${lacking.length === 1 ? 'model' : 'models'} ${listed(lacking)}`,
      `Let it have the models ${listed(models)}, or all.`,
    );

  const excess = [
    ...(scope !== undefined && WIDE_SCOPES.includes(scope) ? [`its scope is ${scope}`] : []),
    ...(everywhere ? ['it reaches every domain'] : []),
    ...(key['can-create-keys'] === true ? ['it can make further keys'] : []),
  ];
  if (excess.length > 0) tell('warning', `has more power than Onqueue needs: ${listed(excess)}`, replace);
  const addresses = key['ip-address'];
  if (addresses !== undefined && !ANYWHERE.includes(addresses))
    tell(
      'warning',
      `is good only from ${addresses}; Lambda calls from addresses of AWS that change`,
      'Take the limit away, or give the function that delivers a fixed address (a VPC with a NAT gateway).',
    );
  if (key.domain === undefined || key.readonly === undefined)
    findings.push(
      untold(
        `the server leaves out ${listed([...(key.domain === undefined ? ['its domain'] : []), ...(key.readonly === undefined ? ['whether it is read-only'] : [])])}`,
      ),
    );
  if (findings.length > 0) return findings;

  const limit = allowed.length === 0 || allowed.includes('*') ? 'all models' : `models ${listed(allowed)}`;
  return [
    {
      level: 'ok',
      about: 'key',
      sentence: `may write in ${domain}; scope ${scope ?? 'not told'}; ${limit}`,
    },
  ];
};
