import type { CanaryEnvironment } from '../lambda/canary/environment';
import type { ConsumerEnvironment } from '../lambda/consumer/environment';
import type { FallbackEnvironment } from '../lambda/fallback/environment';
import type { IngressEnvironment } from '../lambda/ingress/environment';
import type { HandlerEnvironment } from '../lambda/handlers/environment';
import type { PublisherEnvironment } from '../lambda/publisher/environment';
import type { ReconcilerEnvironment } from '../lambda/reconciler/environment';
import type { Environment } from './processes';
import { fallbackUrl, publicBaseUrl } from './webhooks';

/** Where the fake AWS listens. */
export interface Endpoints {
  readonly http: string;
  readonly https: string;
  /** Another origin for the queue, as each service of AWS has its own: a client needs a connection to each. */
  readonly httpsQueue: string;
}

const queueUrl = (endpoint: string): string => `${endpoint}/111122223333/Events`;
const secretArn = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:main-AbCdEf';

/** The stack's environment for the ingress function; the peers read parts of it. */
export const ingressEnvironment = (endpoint: string, queueEndpoint = endpoint): Environment => {
  const own: IngressEnvironment = {
    STAGE_NAME: 'prod',
    PUBLIC_BASE_URL: publicBaseUrl,
    EVENT_QUEUE_URL: queueUrl(queueEndpoint),
    BREAKER_QUEUE_URL: '',
    ACCOUNT_SECRET_ARNS: secretArn,
    SECRET_TTL_SECONDS: '300',
    PREVIOUS_TOKEN_SECONDS: '3600',
    SECRET_MAX_STALE_SECONDS: '86400',
    BASIC_AUTH_SECRET_ARN: '',
    BASIC_AUTH_REALM: '',
    ACCEPT_GET: '',
    EXPECTED_DOMAIN_NAME: '',
    REPLY_FILE: '',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_SQS: queueEndpoint };
};

export const consumerEnvironment = (endpoint: string): Environment => {
  const own: ConsumerEnvironment = {
    STAGE_NAME: 'prod',
    TABLE_NAME: 'bench',
    EVENT_QUEUE_URL: queueUrl(endpoint),
    RETENTION_DAYS: '0',
    CONVERSATION_INDEX: 'true',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint };
};

export const publisherEnvironment = (endpoint: string): Environment => {
  const own: PublisherEnvironment = {
    STAGE_NAME: 'prod',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:Events.fifo',
    PAYLOAD: 'full',
    EVENT_BUS_ARN: '',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint };
};

export const handlerEnvironment = (endpoint: string): Environment => {
  const own: HandlerEnvironment = {
    STAGE_NAME: 'prod',
    HANDLER_NAME: 'Bench',
    QUEUE_URL: `${endpoint}/111122223333/Bench.fifo`,
    RETRY_DELAYS: '1,10,60',
    MAX_RECEIVES: '5',
    DEAD_LETTER_QUEUE_URL: `${endpoint}/111122223333/BenchDead.fifo`,
    IDEMPOTENCY_TABLE_NAME: 'bench',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint };
};

/** @param twilio where Twilio's lists are */
export const reconcilerEnvironment = (endpoint: string, twilio: string): Environment => {
  const own: ReconcilerEnvironment = {
    STAGE_NAME: 'prod',
    TABLE_NAME: 'bench',
    EVENT_QUEUE_URL: queueUrl(endpoint),
    RECONCILER_SECRET_ARN: secretArn,
    WINDOW_HOURS: '24',
    SETTLE_MINUTES: '5',
    STATUSES: 'known',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint, TWILIO_API_BASE_URL: twilio };
};

/** @param publicUrl the base URL that canaries are sent to */
export const canaryEnvironment = (endpoint: string, publicUrl: string): Environment => {
  const own: CanaryEnvironment = {
    STAGE_NAME: 'prod',
    TABLE_NAME: 'bench',
    PUBLIC_BASE_URL: publicUrl,
    CHECK_TOKEN: 'true',
    ACCOUNT_SECRET_ARNS: secretArn,
    BASIC_AUTH_SECRET_ARN: '',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint };
};

export const fallbackEnvironment = (endpoint: string): Environment => {
  const own: FallbackEnvironment = {
    STAGE_NAME: 'prod',
    FALLBACK_URL: fallbackUrl,
    EVENT_QUEUE_URL: queueUrl(endpoint),
    ACCOUNT_SECRET_ARNS: secretArn,
    SECRET_TTL_SECONDS: '300',
    PREVIOUS_TOKEN_SECONDS: '3600',
    SECRET_MAX_STALE_SECONDS: '86400',
  };
  return { ...own, AWS_ENDPOINT_URL: endpoint };
};
