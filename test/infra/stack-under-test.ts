/** The stack as a template, made of a configuration that has every kind of source; the bundles are stand-ins. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import type { Configuration } from '../../lambda/configuration.ts';
import { OnqueueStack } from '../../infra/stack.ts';

export const CONFIGURATION: Configuration = {
  netsapiens: { server: 'pbx.test:8443', domain: 'acme.test' },
  alarms: { email: 'ops@acme.test' },
  sources: {
    bamboohr: { type: 'bamboohr' },
    'help-desk': { type: 'zendesk' },
    requests: { type: 'http', auth: { bearer: {} } },
    'hr-bus': {
      type: 'eventbridge',
      bus: 'arn:aws:events:eu-west-1:999988887777:event-bus/people',
      pattern: {
        source: ['acme.hr', ''],
        'detail-type': [{ prefix: 'Employee' }],
        detail: {
          age: [{ numeric: ['>', 0] }],
          left: [{ exists: false }],
          camelCase: { 'with-hyphen': [true, '7'] },
        },
      },
    },
    'default-bus': { type: 'eventbridge', pattern: { source: ['acme.it'] } },
  },
  limits: { parallelCalls: 8, callsPerSecond: 20 },
  debug: false,
  rules: [],
};

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});
export type Template = z.infer<typeof templateSchema>;

const synthesise = (): Template => {
  const directory = mkdtempSync(join(tmpdir(), 'onqueue-stack-'));
  try {
    const code = join(directory, 'code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};');
    const app = new App({ outdir: join(directory, 'cdk.out'), analyticsReporting: false });
    const stack = new OnqueueStack(app, 'Onqueue', {
      configuration: CONFIGURATION,
      bundles: { receive: code, 'receive-event': code, deliver: code },
    });
    return templateSchema.parse(app.synth().getStackByName(stack.stackName).template);
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const ACCOUNT = '111122223333';
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': 'eu-central-1',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** As CloudFormation would name the resource. */
const arnOf = (id: string, type: string): string => {
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${rest}`;
  switch (type) {
    case 'AWS::SQS::Queue':
      return arn('sqs', id);
    case 'AWS::DynamoDB::Table':
      return arn('dynamodb', `table/${id}`);
    case 'AWS::SecretsManager::Secret':
      return arn('secretsmanager', `secret:${id}-a1B2c3`);
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${id}:*`);
    case 'AWS::SNS::Topic':
      return arn('sns', id);
    case 'AWS::KMS::Key':
      return arn('kms', `key/${id}`);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${id}`);
    case 'AWS::Events::Rule':
      return arn('events', `rule/${id}`);
    default:
      return `${type}:${id}`;
  }
};

const template = synthesise();

const single = (value: object): [key: string, value: unknown] | undefined => {
  const entries = Object.entries(value);
  return entries.length === 1 ? entries[0] : undefined;
};

/** Replaces CloudFormation's intrinsic functions by what they would come to. */
export const resolve = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [intrinsic, argument] = single(value) ?? [];
  if (intrinsic === 'Ref') {
    const id = String(argument);
    const type = template.Resources[id]?.Type ?? '';
    if (type === 'AWS::SQS::Queue') return `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/${id}`;
    return ['AWS::SecretsManager::Secret', 'AWS::SNS::Topic'].includes(type)
      ? arnOf(id, type)
      : (PSEUDO[id] ?? id);
  }
  if (intrinsic === 'Fn::GetAtt' && Array.isArray(argument)) {
    const [id, attribute] = argument.map(String);
    if (id === undefined) throw new Error('Fn::GetAtt of nothing');
    if (attribute === 'ApiEndpoint') return 'https://api.test';
    return attribute?.endsWith('Arn') ? arnOf(id, template.Resources[id]?.Type ?? '') : id;
  }
  if (intrinsic === 'Fn::Join' && Array.isArray(argument)) {
    const [glue, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
    return parts.map(resolve).join(glue);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
};

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
}

export const resources: readonly Resource[] = Object.entries(template.Resources).map(
  ([id, { Type, Properties, DeletionPolicy }]) => ({
    id,
    type: Type,
    properties: z.record(z.string(), z.unknown()).parse(resolve(Properties)),
    deletionPolicy: DeletionPolicy,
  }),
);

export const outputs: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(template.Outputs).map(([name, { Value }]) => [name, resolve(Value)]),
);

/** The one resource of the type whose logical id is the name and a hash. */
export const resource = (type: string, name: string): Resource => {
  const [found, ...others] = resources.filter(
    ({ id, type: its }) => its === type && new RegExp(`^${name}[0-9A-F]{8}$`).test(id),
  );
  if (!found || others.length > 0) throw new Error(`not one ${type} is called ${name}`);
  return found;
};

export const arn = ({ id, type }: Resource): string => arnOf(id, type);
export { ACCOUNT };
