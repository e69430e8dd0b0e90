import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { IngressEnvironment } from '../../lambda/ingress/environment';
import type { AccountSecrets } from './account-secrets';
import type { BasicAuthCredentials } from './basic-auth-credentials';
import { GatewayFunction } from '../functions/gateway-function';
import type { Stage } from '../stage/resolve-stage';
import { replyFile } from '../stage/reply-options';

export interface IngressProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
  /** What Twilio signs before the route: scheme, host and, without a custom domain, the stage; no trailing slash. */
  readonly publicBaseUrl: string;
  readonly queue: Queue;
  /** Where usage triggers go, too; undefined where the stage has no circuit breaker. */
  readonly breakerQueue: Queue | undefined;
  readonly accountSecrets: AccountSecrets;
  /** Undefined where the stage has no Basic authentication. */
  readonly basicAuthCredentials: BasicAuthCredentials | undefined;
}

/**
 * Above the 4.5 s in which the function answers even when every dependency hangs, below the 10 s in which a caller
 * should have an answer (Twilio itself gives up after 15).
 */
const timeout = Duration.seconds(8);

/** Proves that a webhook is genuine and puts it on the queue. That is all it may do. */
export class Ingress extends GatewayFunction {
  constructor(scope: Construct, id: string, props: IngressProps) {
    const { stage, basicAuthCredentials, breakerQueue } = props;
    const environment: IngressEnvironment = {
      STAGE_NAME: stage.name,
      PUBLIC_BASE_URL: props.publicBaseUrl,
      EVENT_QUEUE_URL: props.queue.queueUrl,
      BREAKER_QUEUE_URL: breakerQueue?.queueUrl ?? '',
      ...props.accountSecrets.environment,
      BASIC_AUTH_SECRET_ARN: basicAuthCredentials?.secret.secretArn ?? '',
      BASIC_AUTH_REALM: stage.basicAuth?.realm ?? '',
      ACCEPT_GET: stage.acceptGet ? 'true' : '',
      EXPECTED_DOMAIN_NAME: stage.customDomain?.domainName ?? '',
      REPLY_FILE: stage.replies === undefined ? '' : replyFile,
    };
    super(scope, id, {
      stage,
      encryptionKey: props.encryptionKey,
      sends: true,
      functionName: 'ingress',
      description: 'Verifies X-Twilio-Signature and enqueues the webhook before answering.',
      timeout,
      environment: { ...environment },
      // Beside the bundle: one reply can have 64 kB, and all variables together 4.
      files: stage.replies === undefined ? {} : { [replyFile]: JSON.stringify(stage.replies) },
    });
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'EnqueueWebhooks',
        actions: ['sqs:SendMessage'],
        resources: [props.queue.queueArn],
      }),
    );
    props.accountSecrets.allowReading(this.role);
    if (basicAuthCredentials !== undefined) {
      this.function.addToRolePolicy(
        new PolicyStatement({
          sid: 'ReadBasicAuthCredentials',
          actions: ['secretsmanager:GetSecretValue'],
          resources: [basicAuthCredentials.secret.secretArn],
        }),
      );
    }
    if (breakerQueue !== undefined) {
      this.function.addToRolePolicy(
        new PolicyStatement({
          sid: 'EnqueueUsageTriggers',
          actions: ['sqs:SendMessage'],
          resources: [breakerQueue.queueArn],
        }),
      );
    }
  }
}
