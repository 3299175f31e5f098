/**
 * The functions as they are deployed: the bundles of the synthesised stack, each in a Node process of its own, wired as
 * the template says and in no other way. What the stack forgot fails here.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { synthesise } from '../infra/synth.ts';
import type { FunctionName } from '../lambda/names.ts';
import { compileInput } from './aws/input-transformer.ts';
import type { BusRule } from './aws/event-bus.ts';
import { compilePattern } from './aws/event-pattern.ts';
import { secretArn } from './aws/secrets-manager.ts';
import { queueArn } from './aws/sqs.ts';
import type { QueueSettings } from './aws/sqs.ts';
import type { Deployment, DeploymentOptions } from './deployment.ts';
import { createLambda } from './lambda-process.ts';
import { startStandIns } from './stand-ins.ts';
import type { StandIns } from './stand-ins.ts';
import { readTemplate, referred, resolve, resourcesOf } from './template.ts';
import type { Attributes, Template } from './template.ts';

/** Processes of one function, at the most. */
const PROCESSES = 5;

/** @throws ConfigurationError; Error that names what in the template has no stand-in */
export const deployBundles = async (options: DeploymentOptions): Promise<Deployment> => {
  const outdir = await mkdtemp(join(tmpdir(), 'onqueue-'));
  try {
    return await deploy(options, outdir);
  } catch (error) {
    await rm(outdir, { recursive: true });
    throw error;
  }
};

const deploy = async (
  { configurationFile, netsapiens, visibilityTimeoutSeconds, write }: DeploymentOptions,
  outdir: string,
): Promise<Deployment> => {
  const { templateFile, functions: built } = await synthesise({ configurationFile, outdir });
  const template = readTemplate(templateFile);
  const queues = queuesOf(template, visibilityTimeoutSeconds);
  const tables = resourcesOf(template, 'AWS::DynamoDB::Table', tableSchema);
  const secrets = resourcesOf(template, 'AWS::SecretsManager::Secret', z.object({}));
  const settings = resourcesOf(template, 'AWS::Lambda::Function', functionSchema);
  const settingsOf = (name: FunctionName) => {
    const found = settings.find(({ logicalId }) => logicalId === built[name].logicalId);
    if (!found) throw new Error(`the template has no function ${built[name].logicalId}`);
    return found;
  };
  const routeKey = routeTo(template, built.receive.logicalId);
  const rules = rulesOf(template, built['receive-event'].logicalId);
  const mappings = mappingsOf(template, built.deliver.logicalId);
  const variable = (name: FunctionName, key: string): string => {
    const id = referred(settingsOf(name).Environment.Variables[key]);
    if (id === undefined) throw new Error(`${key} of ${name} refers to no resource of the stack`);
    return id;
  };
  const names = {
    queue: queueName(variable('deliver', 'QUEUE_URL')),
    waitingQueue: queueName(variable('deliver', 'WAITING_QUEUE_URL')),
    deadLetterQueue: queueName(variable('deliver', 'DEAD_LETTER_QUEUE_URL')),
    ledger: variable('deliver', 'LEDGER_TABLE'),
    keys: variable('receive', 'KEYS_SECRET_ARN'),
    token: variable('deliver', 'TOKEN_SECRET_ARN'),
  };

  const standIns = await startStandIns({
    queues: queues.map(({ settings: queue }) => queue),
    tables: tables.map(({ logicalId, ...table }) => ({ TableName: logicalId, ...table })),
    secrets: secrets.map(({ logicalId }) => logicalId),
  });
  const known: Attributes = {
    ...byId(queues, ({ settings: { name } }) => ({
      Ref: standIns.sqs.queueUrl(name),
      Arn: queueArn(name),
      QueueName: name,
    })),
    ...byId(tables, ({ logicalId }) => ({ Ref: logicalId })),
    ...byId(secrets, ({ logicalId }) => ({ Ref: secretArn(logicalId) })),
  };

  const start = (name: FunctionName) => {
    const { Handler, Timeout, MemorySize, Environment } = settingsOf(name);
    const environment = Object.entries(Environment.Variables).map(([key, value]): [string, string] => [
      key,
      // The one variable that is not taken from the template: the demo must not reach the operator's own server.
      key === 'NETSAPIENS_ORIGIN' ? netsapiens : resolve(value, known, `${key} of ${name}`),
    ]);
    return createLambda({
      name,
      handler: Handler,
      code: built[name].bundle,
      environment: { ...endpoints(standIns), ...Object.fromEntries(environment) },
      timeoutMs: Timeout * 1000,
      memoryMb: MemorySize,
      concurrency: PROCESSES,
      write,
    });
  };
  try {
    const functions = [start('receive'), start('receive-event'), start('deliver')] as const;
    const [receive, receiveEvent, deliver] = functions;
    return {
      standIns,
      names,
      routeKey,
      rules,
      batches: mappings,
      receive: receive.invoke,
      receiveEvent: receiveEvent.invoke,
      deliver: deliver.invoke,
      kill: () => functions.forEach((fn) => fn.kill()),
      close: async () => {
        await Promise.all(functions.map((fn) => fn.close()));
        await standIns.close();
        await rm(outdir, { recursive: true });
      },
    };
  } catch (error) {
    await standIns.close();
    throw error;
  }
};

const byId = <Resource extends { readonly logicalId: string }>(
  resources: readonly Resource[],
  attributes: (resource: Resource) => Readonly<Record<string, string>>,
): Attributes =>
  Object.fromEntries(
    resources.map((resource): [string, Readonly<Record<string, string>>] => [
      resource.logicalId,
      attributes(resource),
    ]),
  );

/** How the SDK finds the stand-ins: in Lambda these are not set, and it finds AWS. */
const endpoints = ({ sqs, dynamodb, secrets }: StandIns): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_SQS: sqs.origin,
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb.origin,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.origin,
});

/** CloudFormation would make up a name like this one. */
const queueName = (logicalId: string): string => `${logicalId}.fifo`;

const queueSchema = z.object({
  FifoQueue: z.boolean().default(false),
  VisibilityTimeout: z.number().optional(),
  DeduplicationScope: z.enum(['queue', 'messageGroup']).default('queue'),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.unknown(), maxReceiveCount: z.number() }).optional(),
});

/** The FIFO queues; the others are written by AWS itself, and no function refers to them. */
const queuesOf = (template: Template, visibilityTimeoutSeconds: number | undefined) =>
  resourcesOf(template, 'AWS::SQS::Queue', queueSchema)
    .filter(({ FifoQueue }) => FifoQueue)
    .map(({ logicalId, VisibilityTimeout, DeduplicationScope, RedrivePolicy }) => {
      const visible = visibilityTimeoutSeconds ?? VisibilityTimeout;
      const settings: QueueSettings = {
        name: queueName(logicalId),
        deduplicationScope: DeduplicationScope,
        ...(visible !== undefined && { visibilityTimeoutSeconds: visible }),
        ...(RedrivePolicy && {
          redrive: {
            deadLetterQueue: queueName(referred(RedrivePolicy.deadLetterTargetArn) ?? ''),
            maxReceiveCount: RedrivePolicy.maxReceiveCount,
          },
        }),
      };
      return { logicalId, settings };
    })
    .toSorted((a, b) => Number(a.settings.redrive !== undefined) - Number(b.settings.redrive !== undefined));

const tableSchema = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
});

const functionSchema = z.object({
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).default({ Variables: {} }),
});

const routeSchema = z.object({ RouteKey: z.string(), Target: z.unknown() });
const integrationSchema = z.object({ IntegrationUri: z.unknown(), PayloadFormatVersion: z.literal('2.0') });

/** The key of the route whose integration is the function. */
const routeTo = (template: Template, functionId: string): string => {
  const integrations = resourcesOf(template, 'AWS::ApiGatewayV2::Integration', integrationSchema)
    .filter(({ IntegrationUri }) => referred(IntegrationUri) === functionId)
    .map(({ logicalId }): [string, Record<string, string>] => [logicalId, { Ref: logicalId }]);
  const known = Object.fromEntries(integrations);
  const [route, ...more] = resourcesOf(template, 'AWS::ApiGatewayV2::Route', routeSchema).filter(
    ({ Target }) =>
      integrations.some(([id]) => resolve(Target, known, 'the target of a route') === `integrations/${id}`),
  );
  if (!route || more.length > 0)
    throw new Error(`one route has to lead to ${functionId}, not ${route ? 'several' : 'none'}`);
  return route.RouteKey;
};

const ruleSchema = z.object({
  EventPattern: z.unknown(),
  EventBusName: z.string().default('default'),
  Targets: z.array(
    z.object({
      Arn: z.unknown(),
      InputTransformer: z.object({
        InputPathsMap: z.record(z.string(), z.string()),
        InputTemplate: z.string(),
      }),
    }),
  ),
});

const rulesOf = (template: Template, functionId: string): BusRule[] =>
  resourcesOf(template, 'AWS::Events::Rule', ruleSchema).flatMap(
    ({ logicalId, EventPattern, EventBusName, Targets }) =>
      Targets.map(({ Arn, InputTransformer }) => {
        if (referred(Arn) !== functionId)
          throw new Error(`${logicalId} has a target that is not ${functionId}`);
        return {
          bus: EventBusName,
          matches: compilePattern(EventPattern),
          input: compileInput(InputTransformer),
        };
      }),
  );

const mappingSchema = z.object({
  FunctionName: z.unknown(),
  EventSourceArn: z.unknown(),
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).default({ MaximumConcurrency: PROCESSES }),
});

const mappingsOf = (template: Template, functionId: string): Deployment['batches'] =>
  resourcesOf(template, 'AWS::Lambda::EventSourceMapping', mappingSchema)
    .filter(({ FunctionName }) => referred(FunctionName) === functionId)
    .map(({ logicalId, EventSourceArn, BatchSize, FunctionResponseTypes, ScalingConfig }) => {
      const queueId = referred(EventSourceArn);
      if (queueId === undefined) throw new Error(`${logicalId} maps no queue of the stack`);
      return {
        queue: queueName(queueId),
        size: BatchSize,
        reportsFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
        concurrency: ScalingConfig.MaximumConcurrency,
      };
    });
