import { App, Duration, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { TwilioWebhookGateway } from 'twilio-webhook-gateway';

const app = new App();

const data = new Stack(app, 'Data');
const table = new Table(data, 'Events', {
  partitionKey: { name: 'pk', type: AttributeType.STRING },
  sortKey: { name: 'sk', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  timeToLiveAttribute: 'expiresAt',
  stream: StreamViewType.NEW_AND_OLD_IMAGES,
});
table.addGlobalSecondaryIndex({
  indexName: 'byAccountDay',
  partitionKey: { name: 'accountDay', type: AttributeType.STRING },
  sortKey: { name: 'accountDayTime', type: AttributeType.STRING },
  projectionType: ProjectionType.KEYS_ONLY,
});
table.addGlobalSecondaryIndex({
  indexName: 'byConversation',
  partitionKey: { name: 'conversation', type: AttributeType.STRING },
  sortKey: { name: 'accountDayTime', type: AttributeType.STRING },
  projectionType: ProjectionType.KEYS_ONLY,
});

// A stack that the gateway has nothing to do with, with resources that `dev` does not emulate.
const website = new Stack(app, 'Website');
new Bucket(website, 'Pages');
new Function(website, 'Render', {
  runtime: Runtime.NODEJS_22_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => ({ statusCode: 200 });'),
  timeout: Duration.seconds(3),
});

const messaging = new Stack(app, 'Messaging');
const gateway = new TwilioWebhookGateway(messaging, 'Twilio', { stageName: 'prod', table });
gateway.onMessage('Replies', { entry: 'handlers/reply.ts', reply: true });
