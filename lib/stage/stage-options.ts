import type { Environment } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { BasicAuthOptions } from './basic-auth-options';
import type { BreakerOptions } from './breaker-options';
import type { CustomDomainOptions } from './custom-domain-options';
import type { EventsOptions } from './events-options';
import type { ReplyOptions } from './reply-options';
import type { CanaryOptions } from './scheduled/canary-options';
import type { FallbackLaneOptions } from './lane/fallback-options';
import type { ReconciliationOptions } from './scheduled/reconciliation-options';
import type { Throttle } from './throttle';

/** The options of every gateway. Every key is optional. `resolveStage` fills in the defaults. */
export interface GatewayOptions {
  /**
   * Whether the data must survive: table, queues, secrets and logs are kept when the stack is deleted, and the table
   * has deletion protection.
   * @default false
   */
  readonly production?: boolean;
  /**
   * Names of the Twilio accounts whose webhooks are accepted; each gets a secret. Choose the names yourself (`main`,
   * `support`): only the secret contains the account SID. About sixty accounts fit into AWS's limits for the
   * environment and the policy of ingress.
   * @default ['main']
   */
  readonly accounts?: readonly string[];
  /**
   * Days after which DynamoDB deletes an item, at least 30: a redriven dead letter is up to 14 days old, and an item
   * that has expired by then would be stored again.
   * @default items are kept indefinitely
   */
  readonly retentionDays?: number;
  /**
   * Whether the table has an index by conversation, which lists the messages between two addresses. It costs a write
   * unit for each message: $0.63 for a million.
   * @default true
   */
  readonly conversationIndex?: boolean;
  /**
   * Creates a private, encrypted S3 bucket, which `gateway media fetch --bucket` copies media into. A file expires
   * after `retentionDays`, if that is set. The name of the bucket is the output `MediaBucketName`. The local gateway
   * has no bucket.
   * @default false
   */
  readonly mediaBucket?: boolean;
  /**
   * How long logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
  /**
   * Whether the functions send traces to AWS X-Ray. Lambda records the first request of each second and 5 % of the
   * others, which cannot be configured: below one webhook a second that is every webhook, with a trace of ingress and
   * one of the consumer: $10 for a million. Without traces a webhook is followed through the logs by its request id.
   * @default false
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
   */
  readonly tracing?: boolean;
  /**
   * Requests per second and at once that the HTTP API accepts. The throttle only protects you from costs: Twilio does
   * not slow down for 429, so once any sender's requests use up the throttle, genuine webhooks may be lost. Set it far
   * above your peak. AWS allows an account 10,000 and 5,000 for all its APIs in a region.
   * @default { rateLimit: 2000, burstLimit: 2000 }
   */
  readonly throttle?: Throttle;
  /**
   * Batches that are consumed at once, 2 to 1,000. Limit the load on the table here, not with the throttle. New AWS
   * accounts have a Lambda concurrency of 10 for all functions in a region: more than half of it leaves too little for
   * ingress. `gateway doctor --stage` reads the limits of the account (docs/capacity.md).
   * @default 2: about 280 messages a second, and the least that Lambda allows
   */
  readonly consumerMaxConcurrency?: number;
  /**
   * E-mail addresses that receive the alarms. Each must confirm the subscription.
   * @default none: subscribe to the topic of the output `AlarmTopicArn` yourself
   */
  readonly alarmEmails?: readonly string[];
  /**
   * Raises an alarm if no webhook is accepted for this many hours, 1 to 168. For stages that are never quiet. A new
   * stage is in alarm until its first webhook.
   * @default no such alarm
   */
  readonly silenceAlarmHours?: number;
  /**
   * Twilio's connection overrides, which the stack's outputs append to the webhook URLs. The default asks for three
   * retries on 4xx, 5xx, connect and read timeouts; without it Twilio retries a failed connection once and nothing
   * else. Storing is idempotent, so retrying a 4xx is harmless, and a webhook answered 429 gets another chance.
   * @default 'rc=3&rp=4xx,5xx,ct,rt'
   * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
   */
  readonly connectionOverrides?: string;
  /**
   * Accepts webhooks by GET as well as POST. Twilio's way of signing a GET has changed over the years, and API Gateway
   * rejects URLs of more than about 10 KB, so a long message is lost: use POST wherever Twilio lets you choose.
   * @default false
   */
  readonly acceptGet?: boolean;
  /**
   * Texts that answer incoming messages. Twilio sends an answer of up to 1,600 characters, and charges for it.
   * @default no answer
   */
  readonly reply?: ReplyOptions;
  /**
   * A domain name of your own. The webhook URLs are then `https://<domainName>/messages` and so on, without the stage,
   * and the address that AWS generated is disabled: give Twilio the new URLs right after the deployment.
   * @default the address that AWS generates
   */
  readonly customDomain?: CustomDomainOptions;
  /**
   * Encrypts queues, table, secrets and logs with a KMS key of the stage instead of AWS's keys. It costs a dollar per
   * month plus KMS requests, and if the key is denied, throttled or deleted, webhooks are rejected.
   * @default false
   */
  readonly customerManagedKey?: boolean;
  /**
   * The circuit breaker: suspends a subaccount whose usage trigger fires. It gets a queue, a function and a secret of
   * its own, the output `BreakerSecretArn`; until you set the secret, nothing can be suspended.
   * @default usage triggers are stored, and nothing is suspended
   */
  readonly breaker?: BreakerOptions;
  /**
   * Compares Twilio's list of messages with the table every few minutes, and backfills what is missing. It gets a
   * function and a secret of its own, the output `ReconcilerSecretArn`; until you set the secret, nothing is compared.
   * @default nothing is compared
   */
  readonly reconciliation?: boolean | ReconciliationOptions;
  /**
   * Sends a signed webhook to the public URL every few minutes, follows it into the table and out of the event topic,
   * and removes it there. An alarm goes off when two in a row fail. No list shows it, and no handler gets it.
   * @default no canary
   */
  readonly canary?: boolean | CanaryOptions;
  /**
   * A second URL for messages, the output `FallbackUrl`, which needs no function to take them: API Gateway sends its
   * requests to a queue, and a function verifies them later. Twilio uses it as soon as the first URL fails.
   * @default there is no such URL
   */
  readonly fallbackLane?: boolean | FallbackLaneOptions;
  /**
   * Another region, such as `us-west-2`, for a second fallback lane: the fallback URL then also works while the region
   * of the gateway fails. It becomes a stack of its own, and a function takes its messages home every minute. Needs
   * `fallbackLane`. The region must be bootstrapped for the CDK.
   * @default the fallback lane is in the region of the gateway
   */
  readonly fallbackRegion?: string;
}

/** The options of a stage in `lib/stages.ts`: those of every gateway, and those of its stack. */
export interface StageOptions extends GatewayOptions {
  /**
   * Whether CloudFormation refuses to delete the stack. Switch it on after the first deployment has succeeded: the CDK
   * enables the protection before it creates the stack, and a stack whose creation failed could then be neither
   * deployed again nor deleted (docs/failed-first-deployment.md).
   * @default false
   */
  readonly terminationProtection?: boolean;
  /**
   * AWS account and region.
   * @default those of the AWS CLI profile that deploys
   */
  readonly env?: Environment;
  /**
   * Asks for a user name and password (HTTP Basic) in addition to the signature. The credentials are in a secret of
   * their own, the output `BasicAuthSecretArn`; Twilio gets them as `https://user:password@host/…`.
   * @default false
   */
  readonly basicAuth?: boolean | BasicAuthOptions;
  /**
   * Publishes an event for everything that is stored for the first time, to the topic of the output `EventTopicArn`.
   * A handler in `lib/handlers.ts` does the same.
   * @default nothing is published, unless a handler is registered
   */
  readonly events?: boolean | EventsOptions;
}
