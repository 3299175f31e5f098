/** The HTTP API in front of `receive`: ANY /webhooks/{source}, throttled, with an access log that knows nobody. */
import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { webhookPath } from '../lambda/names.ts';

/** No address, header, query or body, and no path: whoever knocks writes those. `receive` logs the sources it knows. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  httpMethod: '$context.httpMethod',
  routeKey: '$context.routeKey',
  protocol: '$context.protocol',
  status: '$context.status',
  responseLength: '$context.responseLength',
  responseLatency: '$context.responseLatency',
  integrationStatus: '$context.integration.status',
  integrationLatency: '$context.integration.latency',
};

export class Webhooks extends Construct {
  readonly api: apigateway.HttpApi;

  constructor(scope: Construct, id: string, props: { readonly receive: lambda.IFunction }) {
    super(scope, id);
    this.api = new apigateway.HttpApi(this, 'Api', {
      apiName: 'onqueue',
      description: 'Onqueue: webhooks of HR and ticket systems',
      createDefaultStage: false,
    });
    // Every method: `receive` answers 405 itself, with Allow.
    const routes = this.api.addRoutes({
      path: webhookPath('{source}'),
      methods: [apigateway.HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Receive', props.receive, {
        payloadFormatVersion: apigateway.PayloadFormatVersion.VERSION_2_0,
      }),
    });
    for (const route of routes)
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Senders cannot sign for IAM or get a token. `receive` verifies each signature over the raw bytes.',
      });

    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      // Under this prefix AWS's services may write by one policy; else each such log takes room in the account's only one.
      logGroupName: `/aws/vendedlogs/${Aws.STACK_NAME}-webhooks`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // Some senders never repeat what was answered 429 (BambooHR repeats no 4xx), so the limit is far above an HR
      // system's bulk import; it only bounds what a stranger's flood costs.
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  urlOf(source: string): string {
    return `${this.api.apiEndpoint}${webhookPath(source)}`;
  }
}
