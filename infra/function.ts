/** One of the three functions, with a log group and a role of its own. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { EnvironmentOf, FunctionName } from '../lambda/names.ts';

export interface OnqueueFunctionProps<Name extends FunctionName> {
  readonly description: string;
  /** The directory that infra/bundle.ts filled. */
  readonly code: string;
  readonly environment: EnvironmentOf<Name>;
  /** All that it may do, beside writing to its own log group. */
  readonly permissions: iam.PolicyStatement[];
  readonly timeout: Duration;
  /** Who takes over when an invocation fails, as it has no dead-letter queue of its own. */
  readonly failures: string;
  readonly logRetention: logs.RetentionDays;
}

export const allow = (actions: string[], ...resources: string[]): iam.PolicyStatement =>
  new iam.PolicyStatement({ actions, resources });

export class OnqueueFunction<Name extends FunctionName> extends lambda.Function {
  constructor(scope: Construct, id: string, props: OnqueueFunctionProps<Name>) {
    const logGroup = new logs.LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // The policy is part of the role: it is there before anything that is made with the role.
    const role = new iam.Role(scope, `${id}Role`, {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Function: new iam.PolicyDocument({
          statements: [
            ...props.permissions,
            allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
          ],
        }),
      },
    });
    super(scope, id, {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(props.code),
      environment: { ...props.environment },
      memorySize: 512,
      timeout: props.timeout,
      role,
      logGroup,
    });
    Validations.of(this).acknowledge(
      {
        id: 'Serverless-LambdaTracing',
        reason: 'Traces need xray permissions on "*". The event ref in every log line tells the same story.',
      },
      { id: 'Serverless-LambdaDLQ', reason: props.failures },
    );
  }

  /** Its logical id in the template, and where its bundle lies in the cloud assembly. */
  get synthesised(): { readonly logicalId: string; readonly bundle: string } {
    const { defaultChild } = this.node;
    const asset = this.node.findChild('Code');
    if (!(defaultChild instanceof lambda.CfnFunction) || !(asset instanceof Asset))
      throw new TypeError('a function is made of a CfnFunction and an asset');
    return { logicalId: this.stack.getLogicalId(defaultChild), bundle: asset.assetPath };
  }
}
