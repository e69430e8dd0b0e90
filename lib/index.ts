/**
 * What a CDK app imports.
 * @module twilio-webhook-gateway
 */
export { WebSocketAuthorizer, type WebSocketAuthorizerProps } from './constructs/web-socket-authorizer';
export { TwilioWebhookGateway, type WebhookUrls } from './twilio-webhook-gateway';
export type { AccountSecrets } from './constructs/account-secrets';
export type { ExistingHttpApi } from './existing/existing-http-api';
export type {
  DeliveryOptions,
  EventSubscription,
  MessageSubscription,
  ReceiverOptions,
  StatusSubscription,
} from './events/subscription-options';
export type { ReplySource, ReplyWithOptions } from './reply/reply-function-options';
export type { BasicAuthOptions } from './stage/basic-auth-options';
export type { BreakerOptions } from './stage/breaker-options';
export type { CustomDomainOptions, HostedZoneOptions } from './stage/custom-domain-options';
export type { EventsOptions } from './stage/events-options';
export type { ReplyOptions } from './stage/reply-options';
export type { CanaryOptions } from './stage/scheduled/canary-options';
export type { FallbackLaneOptions } from './stage/lane/fallback-options';
export type { ReconciliationOptions } from './stage/scheduled/reconciliation-options';
export type { GatewayOptions } from './stage/stage-options';
export type { Throttle } from './stage/throttle';
export type { ExistingResources, TwilioWebhookGatewayProps } from './twilio-webhook-gateway-props';
export type { BreakerTrigger, Recurrence, TriggerField } from '../lambda/shared/breaker/breaker-trigger';
export type { EventType } from '../lambda/shared/events/gateway-event';
