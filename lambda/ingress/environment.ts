import {
  readCredentialsSettings,
  type CredentialsEnvironment,
  type CredentialsSettings,
} from '../shared/credentials/credentials-environment';
import {
  queueUrl,
  readEnvironment,
  secretArn,
  type Environment,
  type EnvironmentReader,
} from '../shared/runtime/environment';
import { signableUrl } from '../shared/signature/signable-url';

/** The ingress function's environment: the stack sets exactly these variables, and the handler reads exactly these. */
export interface IngressEnvironment extends CredentialsEnvironment {
  readonly STAGE_NAME: string;
  /** As Twilio calls it, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/dev`; no trailing slash. */
  readonly PUBLIC_BASE_URL: string;
  readonly EVENT_QUEUE_URL: string;
  /** The queue that usage triggers go to as well; empty where the stage has no circuit breaker. */
  readonly BREAKER_QUEUE_URL: string;
  /** ARN of the secret for Basic authentication; empty where the stage has none. */
  readonly BASIC_AUTH_SECRET_ARN: string;
  /** The realm of the challenge; empty where the stage has no Basic authentication. */
  readonly BASIC_AUTH_REALM: string;
  /** `true` where GET webhooks are accepted as well as POST, else empty. */
  readonly ACCEPT_GET: string;
  /** The custom domain: the only host name that is accepted; empty where the stage has none. */
  readonly EXPECTED_DOMAIN_NAME: string;
  /** The file in the bundle's folder with the static replies; empty where no message is answered. */
  readonly REPLY_FILE: string;
}

/** Only where a function of yours is asked for replies. */
export interface ReplyFunctionEnvironment {
  readonly REPLY_FUNCTION_NAME: string;
  /** How long ingress waits for its answer. */
  readonly REPLY_TIMEOUT_MS: string;
}

type Variable =
  | keyof IngressEnvironment
  | keyof ReplyFunctionEnvironment
  /** Lambda sets it. */
  | 'AWS_REGION'
  /** Where Lambda's API is instead: as in the SDK, set by the local gateway and in tests. */
  | 'AWS_ENDPOINT_URL_LAMBDA';

/** Times in milliseconds. */
export interface IngressSettings extends CredentialsSettings {
  readonly stageName: string;
  /** As Twilio signs it: without user information, fragment and trailing slash. */
  readonly publicBaseUrl: string;
  readonly eventQueueUrl: string;
  readonly breakerQueueUrl: string | undefined;
  readonly basicAuth: { readonly secretArn: string; readonly realm: string } | undefined;
  readonly acceptGet: boolean;
  /** In lower case. */
  readonly expectedDomainName: string | undefined;
  readonly replyFile: string | undefined;
  readonly replyFunction:
    { readonly invokeUrl: string; readonly region: string; readonly timeoutMs: number } | undefined;
}

export const parseIngressEnvironment = (env: Environment): IngressSettings =>
  readEnvironment<Variable, IngressSettings>('the ingress function', env, (reader) => {
    const basicSecretArn = reader.optional('BASIC_AUTH_SECRET_ARN', secretArn);
    return {
      stageName: reader.text('STAGE_NAME'),
      publicBaseUrl: readPublicBaseUrl(reader),
      eventQueueUrl: reader.text('EVENT_QUEUE_URL', queueUrl),
      breakerQueueUrl: reader.optional('BREAKER_QUEUE_URL', queueUrl),
      ...readCredentialsSettings(reader),
      basicAuth:
        basicSecretArn === undefined
          ? undefined
          : { secretArn: basicSecretArn, realm: reader.text('BASIC_AUTH_REALM') },
      acceptGet: reader.optional('ACCEPT_GET') === 'true',
      expectedDomainName: reader.optional('EXPECTED_DOMAIN_NAME')?.toLowerCase(),
      replyFile: reader.optional('REPLY_FILE'),
      replyFunction: readReplyFunction(reader),
    };
  });

/** More would not fit into the deadline of the answer. */
const maxReplyTimeoutMs = 2_000;

const readReplyFunction = (reader: EnvironmentReader<Variable>): IngressSettings['replyFunction'] => {
  const name = reader.optional('REPLY_FUNCTION_NAME', { pattern: /^[\w-]+$/, allowed: 'the name of a function' });
  if (name === undefined) return undefined;
  const region = reader.text('AWS_REGION');
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const endpoint = reader.optional('AWS_ENDPOINT_URL_LAMBDA') ?? `https://lambda.${region}.${suffix}`;
  return {
    invokeUrl: `${endpoint}/2015-03-31/functions/${name}/invocations`,
    region,
    timeoutMs: reader.wholeNumber('REPLY_TIMEOUT_MS', { min: 1, max: maxReplyTimeoutMs }),
  };
};

/** Problems do not quote the URL: it may hold a password. */
const readPublicBaseUrl = (reader: EnvironmentReader<'PUBLIC_BASE_URL'>): string => {
  const configured = reader.text('PUBLIC_BASE_URL');
  if (configured === '') return '';
  if (!URL.canParse(configured) || !/^https?:\/\//i.test(configured)) {
    reader.problem('PUBLIC_BASE_URL is not an absolute URL, allowed is https://host/stage');
    return '';
  }
  const { search, pathname } = new URL(configured);
  if (search !== '') {
    reader.problem('PUBLIC_BASE_URL has a query, allowed is https://host/stage: a query belongs to each webhook URL');
  }
  if (pathname !== '/' && pathname.endsWith('/')) {
    reader.problem('PUBLIC_BASE_URL ends with a slash, which would be doubled: leave it out');
  }
  // A base URL without a path is serialized with a slash, which the webhook paths already begin with.
  return signableUrl(configured).replace(/\/$/, '');
};
