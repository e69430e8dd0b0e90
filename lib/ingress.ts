import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { IngressEnvironment } from '../lambda/ingress/environment';
import type { AccountSecrets } from './account-secrets';
import { GatewayFunction } from './gateway-function';
import type { Stage } from './stage';

export interface IngressProps {
  readonly stage: Stage;
  /** Scheme, host and stage, no trailing slash: what Twilio signs, before the route. */
  readonly publicBaseUrl: string;
  readonly queue: Queue;
  readonly accountSecrets: AccountSecrets;
}

/**
 * Above the 4.5 s in which the function answers even when every dependency hangs, below the 10 s in which a caller
 * should have an answer (Twilio itself gives up after 15).
 */
const timeout = Duration.seconds(8);

/** Proves that a webhook is genuine and puts it on the queue. That is all it may do. */
export class Ingress extends GatewayFunction {
  constructor(scope: Construct, id: string, props: IngressProps) {
    const environment: IngressEnvironment = {
      STAGE_NAME: props.stage.name,
      PUBLIC_BASE_URL: props.publicBaseUrl,
      EVENT_QUEUE_URL: props.queue.queueUrl,
      ACCOUNT_SECRET_ARNS: props.accountSecrets.arns,
      SECRET_TTL_SECONDS: seconds(Duration.minutes(5)),
      PREVIOUS_TOKEN_SECONDS: seconds(Duration.hours(1)),
      SECRET_MAX_STALE_SECONDS: seconds(Duration.days(1)),
    };
    super(scope, id, {
      stage: props.stage,
      functionName: 'ingress',
      description: 'Verifies X-Twilio-Signature and enqueues the webhook before answering.',
      timeout,
      environment: { ...environment },
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'EnqueueWebhooks',
        actions: ['sqs:SendMessage'],
        resources: [props.queue.queueArn],
      }),
    );
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'ReadAccountSecrets',
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        resources: props.accountSecrets.secrets.map((secret) => secret.secretArn),
      }),
    );
  }
}

const seconds = (duration: Duration): string => String(duration.toSeconds());
