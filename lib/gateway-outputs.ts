import { Aws, CfnOutput, Fn, Lazy, Stack } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { routeNames, routes, type RouteName } from '../lambda/shared/contract/routes';
import {
  accountSecretOutput,
  basicAuthSecretOutput,
  breakerOutputs,
  fallbackOutputs,
  fallbackRegionOutputs,
  mediaBucketOutput,
  reconcilerSecretOutput,
  stackOutputs,
  stageFactOutputs,
  webhookUrlOutputs,
} from '../lambda/shared/contract/stack-outputs';
import type { IConstruct } from 'constructs';
import { addOutput, extraNameLength, hasNeighbours, outputPrefix } from './gateway/gateways';
import { arnsPerOutput } from './stage/accounts';
import type { AccountSecrets } from './constructs/account-secrets';
import type { BasicAuthCredentials } from './constructs/basic-auth-credentials';
import type { Breaker } from './constructs/breaker';
import type { MediaBucket } from './constructs/storage/media-bucket';
import type { FallbackLane } from './constructs/lane/fallback-lane';
import type { FallbackRegion } from './constructs/lane/fallback-region';
import type { Reconciler } from './constructs/scheduled/reconciler';
import type { WebhookApi } from './constructs/webhook-api';
import type { Stage } from './stage/resolve-stage';

export interface GatewayOutputsProps {
  readonly stage: Stage;
  readonly webhookApi: WebhookApi;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly table: ITable;
  readonly accountSecrets: AccountSecrets;
  readonly basicAuthCredentials: BasicAuthCredentials | undefined;
  readonly mediaBucket: MediaBucket | undefined;
  readonly breaker: Breaker | undefined;
  readonly reconciler: Reconciler | undefined;
  readonly fallbackLane: FallbackLane | undefined;
  readonly fallbackRegion: FallbackRegion | undefined;
  readonly topic: ITopic;
  readonly dashboard: Dashboard;
  readonly command: GatewayCommand;
}

/** How an operator calls the CLI for a gateway. */
export interface GatewayCommand {
  readonly name: string;
  /** The options that find the gateway. */
  readonly target: string;
}

/** In a clone of this project. */
export const commandOfStage = (stage: Stage): GatewayCommand => ({
  name: 'npx gateway',
  target: `--stage ${stage.name}`,
});

/** In any other CDK app. */
export const commandOfGateway = (gateway: IConstruct): GatewayCommand => ({
  name: 'npx twilio-webhook-gateway',
  target: Lazy.string({
    produce: () => {
      const name = `--stack ${Stack.of(gateway).stackName}`;
      // `Default` is how the CLI calls the gateway without a prefix.
      return hasNeighbours(gateway) ? `${name} --gateway ${outputPrefix(gateway) || 'Default'}` : name;
    },
  }),
});

/** A webhook URL as Twilio needs it, with the stage's connection overrides. */
export const webhookUrl = (stage: Stage, webhookApi: WebhookApi, name: RouteName): string =>
  withOverrides(stage, `${webhookApi.baseUrl}/${name}`);

const withOverrides = ({ connectionOverrides }: Stage, url: string): string =>
  connectionOverrides === '' ? url : `${url}#${connectionOverrides}`;

/** The outputs that `cdk deploy` prints and the CLI reads. The names that the CLI reads are in `lambda/shared`. */
export const addGatewayOutputs = (gateway: IConstruct, props: GatewayOutputsProps): void => {
  const { stage, webhookApi, command } = props;
  const output = (name: string, value: string, description: string) => addOutput(gateway, name, value, description);

  output(stackOutputs.baseUrl, webhookApi.baseUrl, 'The part of the signed URL before the route');
  for (const name of routeNames) {
    output(
      webhookUrlOutputs[name],
      webhookUrl(stage, webhookApi, name),
      routes[name].acceptsJson
        ? 'Paste into the Twilio console; for an Event Streams sink, which always retries, leave out the part after #'
        : 'Paste into the Twilio console unchanged: the part after # asks Twilio to retry',
    );
  }
  output(stackOutputs.tableName, props.table.tableName, 'The DynamoDB table');
  output(stackOutputs.eventQueueUrl, props.queue.queueUrl, 'The queue of verified webhooks');
  output('EventQueueName', props.queue.queueName, 'The name of the event queue');
  output(stackOutputs.deadLetterQueueUrl, props.deadLetterQueue.queueUrl, 'Webhooks that could not be stored');
  output('DeadLetterQueueName', props.deadLetterQueue.queueName, 'The name of the dead-letter queue');
  const arnCount = arnsPerOutput(extraNameLength(gateway));
  for (let at = 0; at * arnCount < stage.accounts.length; at += 1) {
    const [from, to] = [at * arnCount, (at + 1) * arnCount];
    const arns = props.accountSecrets.secrets.slice(from, to).map(({ secretArn }) => secretArn);
    output(
      accountSecretOutput(at),
      Fn.join(',', arns),
      `Secrets of the Twilio accounts: ${stage.accounts.slice(from, to).join(', ')}`,
    );
  }
  if (props.basicAuthCredentials !== undefined) {
    output(
      basicAuthSecretOutput,
      props.basicAuthCredentials.secret.secretArn,
      'The secret of Basic authentication: every webhook is answered 500 until you set it',
    );
  }
  if (props.mediaBucket !== undefined) {
    output(mediaBucketOutput, props.mediaBucket.bucket.bucketName, 'The bucket that `media fetch --bucket` fills');
  }
  if (props.breaker !== undefined) {
    const { secret, queue, deadLetterQueue } = props.breaker;
    output(
      breakerOutputs.secretArn,
      secret.secretArn,
      `The secret of the circuit breaker: set it with \`${command.name} breaker secret\`, or nothing can be suspended`,
    );
    output(breakerOutputs.queueUrl, queue.queueUrl, 'The queue of usage triggers');
    output(breakerOutputs.deadLetterQueueUrl, deadLetterQueue.queueUrl, 'Usage triggers that could not be processed');
  }
  if (props.reconciler !== undefined) {
    output(
      reconcilerSecretOutput,
      props.reconciler.secret.secretArn,
      `The secret of the reconciler: set it with \`${command.name} reconcile secret\`, or nothing is compared`,
    );
  }
  if (props.fallbackLane !== undefined) {
    const { url, queue, deadLetterQueue } = props.fallbackLane;
    output(
      fallbackOutputs.url,
      withOverrides(stage, url),
      'The fallback URL for numbers and messaging services; its method is POST',
    );
    output(fallbackOutputs.queueUrl, queue.queueUrl, 'Requests of the fallback lane that are not verified yet');
    output(
      fallbackOutputs.deadLetterQueueUrl,
      deadLetterQueue.queueUrl,
      'Requests of the fallback lane that could not be processed',
    );
  }
  if (props.fallbackRegion !== undefined) {
    const { region, lane, queueUrl } = props.fallbackRegion;
    const { stackName } = Stack.of(lane);
    output(fallbackRegionOutputs.region, region, 'The region of the second fallback lane');
    output(fallbackRegionOutputs.stackName, stackName, 'The stack in that region: its output has the fallback URL');
    new CfnOutput(Stack.of(lane), fallbackOutputs.url, {
      value: withOverrides(stage, lane.url),
      description: 'The fallback URL for numbers and messaging services; its method is POST',
    });
    output(fallbackRegionOutputs.queueUrl, queueUrl, 'Requests in that region that were not taken home yet');
  }
  if (stage.breaker !== undefined) {
    output(
      breakerOutputs.dryRun,
      String(stage.breaker.dryRun),
      'Whether the circuit breaker only reports what it would do',
    );
    stage.breaker.triggers.forEach((trigger, at) =>
      output(
        `${breakerOutputs.triggerPrefix}${at + 1}`,
        JSON.stringify(trigger),
        'A usage trigger that the circuit breaker acts on: create it at Twilio with the usage URL',
      ),
    );
  }
  output(stageFactOutputs.acceptGet, String(stage.acceptGet), 'Whether webhooks are accepted by GET');
  output(stageFactOutputs.production, String(stage.production), 'Whether the data outlives the stack');
  output(stageFactOutputs.stage, stage.name, 'The name of the stage');
  output(stageFactOutputs.region, Aws.REGION, 'The region of the stage: AWS_REGION of every command');
  if (webhookApi.hostName !== undefined) {
    output(stageFactOutputs.customDomain, webhookApi.hostName, 'The only host name that accepts requests');
  }
  if (webhookApi.customDomainTarget !== undefined) {
    output(
      'CustomDomainTarget',
      webhookApi.customDomainTarget,
      'The host name that a DNS record of the custom domain must point to',
    );
  }
  output('AlarmTopicArn', props.topic.topicArn, 'The topic that alarms are published to: subscribe to it');
  output(
    'DashboardUrl',
    `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}` +
      `#dashboards/dashboard/${props.dashboard.dashboardName}`,
    'The dashboard',
  );
  output(
    'NextCommand',
    `AWS_REGION=${Aws.REGION} ${command.name} secret set ${command.target} ` +
      '--account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'Run this next: every webhook is answered 500 until an account secret is set',
  );
};
