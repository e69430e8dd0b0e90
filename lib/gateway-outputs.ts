import { Aws, CfnOutput, Fn, type Stack } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { routeNames, routes } from '../lambda/shared/contract/routes';
import {
  accountSecretOutput,
  basicAuthSecretOutput,
  breakerOutputs,
  stackOutputs,
  stageFactOutputs,
  webhookUrlOutputs,
} from '../lambda/shared/contract/stack-outputs';
import { maxFullArns } from './stage/accounts';
import type { AccountSecrets } from './constructs/account-secrets';
import type { BasicAuthCredentials } from './constructs/basic-auth-credentials';
import type { Breaker } from './constructs/breaker';
import type { WebhookApi } from './constructs/webhook-api';
import type { Stage } from './stage/resolve-stage';

export interface GatewayOutputsProps {
  readonly stage: Stage;
  readonly webhookApi: WebhookApi;
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly table: Table;
  readonly accountSecrets: AccountSecrets;
  readonly basicAuthCredentials: BasicAuthCredentials | undefined;
  readonly breaker: Breaker | undefined;
  readonly topic: Topic;
  readonly dashboard: Dashboard;
}

/** What `cdk deploy` prints at the end, and what the CLI reads. The names that programs read are in `lambda/shared`. */
export const addGatewayOutputs = (stack: Stack, props: GatewayOutputsProps): void => {
  const { stage, webhookApi } = props;
  const output = (name: string, value: string, description: string) =>
    new CfnOutput(stack, name, { value, description });
  const overrides = stage.connectionOverrides === '' ? '' : `#${stage.connectionOverrides}`;

  output(stackOutputs.baseUrl, webhookApi.baseUrl, 'What Twilio signs, before the route');
  for (const name of routeNames) {
    output(
      webhookUrlOutputs[name],
      `${webhookApi.baseUrl}/${name}${overrides}`,
      routes[name].acceptsJson
        ? 'Paste into the Twilio console; an Event Streams sink takes it without the part after #, it retries anyway'
        : 'Paste into the Twilio console as it stands: the part after # asks Twilio to retry',
    );
  }
  output(stackOutputs.tableName, props.table.tableName, 'The DynamoDB table');
  output(stackOutputs.eventQueueUrl, props.queue.queueUrl, 'The queue of verified webhooks');
  output('EventQueueName', props.queue.queueName, 'The name of that queue');
  output(
    stackOutputs.deadLetterQueueUrl,
    props.deadLetterQueue.queueUrl,
    'Webhooks that could not be stored',
  );
  output('DeadLetterQueueName', props.deadLetterQueue.queueName, 'The name of that queue');
  for (let at = 0; at * maxFullArns < stage.accounts.length; at += 1) {
    const [from, to] = [at * maxFullArns, (at + 1) * maxFullArns];
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
      'The secret of Basic authentication: until it is set, every webhook is answered 500',
    );
  }
  if (props.breaker !== undefined) {
    const { secret, queue, deadLetterQueue } = props.breaker;
    output(
      breakerOutputs.secretArn,
      secret.secretArn,
      'The secret of the circuit breaker: until `npx gateway breaker secret` has set it, nothing can be suspended',
    );
    output(breakerOutputs.queueUrl, queue.queueUrl, 'The queue of usage triggers');
    output(
      breakerOutputs.deadLetterQueueUrl,
      deadLetterQueue.queueUrl,
      'Usage triggers that could not be dealt with',
    );
  }
  if (stage.breaker !== undefined) {
    output(
      breakerOutputs.dryRun,
      String(stage.breaker.dryRun),
      'Whether the circuit breaker only tells what it would do',
    );
    stage.breaker.triggers.forEach((trigger, at) =>
      output(
        `${breakerOutputs.triggerPrefix}${at + 1}`,
        JSON.stringify(trigger),
        'A usage trigger that the circuit breaker acts on: it must exist at Twilio and call the usage URL',
      ),
    );
  }
  output(stageFactOutputs.acceptGet, String(stage.acceptGet), 'Whether webhooks may come by GET');
  output(stageFactOutputs.production, String(stage.production), 'Whether the data outlives the stack');
  output(stageFactOutputs.region, Aws.REGION, 'Where the stage is: AWS_REGION of every command');
  if (stage.customDomain !== undefined) {
    output(stageFactOutputs.customDomain, stage.customDomain.domainName, 'The only host that is served');
  }
  if (webhookApi.customDomainTarget !== undefined) {
    output('CustomDomainTarget', webhookApi.customDomainTarget, 'Where a record of the custom domain points');
  }
  output('AlarmTopicArn', props.topic.topicArn, 'Where alarms are published: subscribe to it');
  output(
    'DashboardUrl',
    `https://${Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region=${Aws.REGION}#dashboards/dashboard/${props.dashboard.dashboardName}`,
    'The dashboard',
  );
  output(
    'NextCommand',
    `AWS_REGION=${Aws.REGION} npx gateway secret set --stage ${stage.name} --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
    'Run this next: until an account secret is set, every webhook is answered 500',
  );
};
