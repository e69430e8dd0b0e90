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
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  /**
   * The part of the signed URL before the route, without a trailing slash: scheme, host and, if it has one, the stage.
   */
  readonly publicBaseUrl: string;
  /** The only host name that is accepted. Undefined: any. */
  readonly hostName: string | undefined;
  readonly queue: Queue;
  /** Gets usage triggers in addition to `queue`. Undefined if the stage has no circuit breaker. */
  readonly breakerQueue: Queue | undefined;
  readonly accountSecrets: AccountSecrets;
  /** Undefined if the stage has no Basic authentication. */
  readonly basicAuthCredentials: BasicAuthCredentials | undefined;
}

/**
 * Longer than the 4.5 s within which the function answers even if every dependency hangs, shorter than the 9 s of the
 * HTTP API's integration. Twilio gives up after 15 s.
 */
const timeout = Duration.seconds(8);

/** The function that verifies webhooks and sends them to the queue. Its role allows nothing else. */
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
      EXPECTED_DOMAIN_NAME: props.hostName ?? '',
      REPLY_FILE: stage.replies === undefined ? '' : replyFile,
    };
    super(scope, id, {
      stage,
      encryptionKey: props.encryptionKey,
      sendsToQueue: true,
      functionName: 'ingress',
      description: 'Verifies X-Twilio-Signature and enqueues the webhook before answering.',
      timeout,
      environment: { ...environment },
      // In a file, because one reply can have 64 KB and all variables together only 4 KB.
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
