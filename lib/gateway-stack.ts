import { Stack, Tags } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { AccountSecrets } from './constructs/account-secrets';
import type { EventSubscription, MessageSubscription, StatusSubscription } from './events/subscription-options';
import type { RuleAcknowledgement } from './nag-suppressions';
import type { ReplySource, ReplyWithOptions } from './reply/reply-function-options';
import { resolvedProps } from './gateway/settings';
import type { Stage } from './stage/resolve-stage';
import { TwilioWebhookGateway } from './twilio-webhook-gateway';

export interface GatewayStackProps {
  readonly stage: Stage;
  /**
   * The findings of cdk-nag that are accepted.
   * @default those of lib/nag-suppressions.ts
   */
  readonly acknowledgements?: readonly RuleAcknowledgement[];
}

/** The gateway of one stage. No resource has a fixed physical name, so stages can share an AWS account. */
export class GatewayStack extends Stack {
  readonly gateway: TwilioWebhookGateway;
  /** For your own functions that verify Twilio's signatures, for example `WebSocketAuthorizer`. */
  readonly accountSecrets: AccountSecrets;

  constructor(scope: Construct, id: string, { stage, acknowledgements }: GatewayStackProps) {
    super(scope, id, {
      description: `Twilio webhook gateway, stage ${stage.name}`,
      // Not simply `production`: the CDK enables it before it creates the stack, and a stack whose creation failed
      // could not be deleted.
      terminationProtection: stage.terminationProtection,
      // The CDK's usage metadata would add a resource and conditions to the template.
      analyticsReporting: false,
      ...(stage.env === undefined ? {} : { env: stage.env }),
    });
    // `Default` is left out of logical ids.
    this.gateway = new TwilioWebhookGateway(this, 'Default', resolvedProps(stage, acknowledgements));
    this.accountSecrets = this.gateway.accountSecrets;
    // The tags of the stack itself, and of what you add to it.
    Tags.of(this).add('Application', 'TwilioWebhookGateway');
    Tags.of(this).add('Stage', stage.name);
  }

  /** See `TwilioWebhookGateway.topic`. */
  get eventTopic(): Topic {
    return this.gateway.topic;
  }

  /** See `TwilioWebhookGateway.onMessage`. */
  onMessage(name: string, options: MessageSubscription): void {
    this.gateway.onMessage(name, options);
  }

  /** See `TwilioWebhookGateway.onStatusChange`. */
  onStatusChange(name: string, options: StatusSubscription): void {
    this.gateway.onStatusChange(name, options);
  }

  /** See `TwilioWebhookGateway.onEvent`. */
  onEvent(name: string, options: EventSubscription): void {
    this.gateway.onEvent(name, options);
  }

  /** See `TwilioWebhookGateway.grantReply`. */
  grantReply(target: Function): void {
    this.gateway.grantReply(target);
  }

  /** See `TwilioWebhookGateway.replyWith`. */
  replyWith(source: ReplySource, options: ReplyWithOptions = {}): void {
    this.gateway.replyWith(source, options);
  }
}
