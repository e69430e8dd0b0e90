import {
  isSecretArn,
  readCredentialsEnvironment,
  type CredentialsEnvironment,
  type CredentialsSettings,
} from '../shared/credentials/credentials-environment';
import { signableUrl } from '../shared/signature/signature';

/**
 * The ingress function's environment: the stack sets exactly these, the handler reads exactly these.
 * All values are strings, as Lambda gives them.
 */
export interface IngressEnvironment extends CredentialsEnvironment {
  readonly STAGE_NAME: string;
  /** Scheme, host and stage as Twilio calls them, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/dev`; no trailing slash. */
  readonly PUBLIC_BASE_URL: string;
  readonly EVENT_QUEUE_URL: string;
  /** Where usage triggers go, too; empty where the stage has no circuit breaker. */
  readonly BREAKER_QUEUE_URL: string;
  /** ARN of the secret for Basic authentication; empty where the stage has none. */
  readonly BASIC_AUTH_SECRET_ARN: string;
  /** What the challenge calls the stage; empty where there is no challenge. */
  readonly BASIC_AUTH_REALM: string;
  /** `true` where GET webhooks are accepted beside POST, else empty. */
  readonly ACCEPT_GET: string;
  /** The custom domain, which alone may be called; empty where there is none. */
  readonly EXPECTED_DOMAIN_NAME: string;
  /** The file beside the bundle with the static replies; empty where every message is answered with silence. */
  readonly REPLY_FILE: string;
}

/** The environment, read. Times in milliseconds. */
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
}

/**
 * @throws Error that names every fault at once, so that a deployment is repaired in one go
 */
export const parseIngressEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): IngressSettings => {
  const faults: string[] = [];
  const text = (name: keyof IngressEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  /** Options of a stage: off where empty. */
  const optional = (name: keyof IngressEnvironment): string | undefined => env[name] || undefined;
  const queueUrl = <T extends string | undefined>(name: keyof IngressEnvironment, value: T): T => {
    if (value !== undefined && value !== '' && !/^https?:\/\//.test(value)) {
      faults.push(`${name} is "${value}", allowed is a queue URL (https://…)`);
    }
    return value;
  };
  const basicSecretArn = optional('BASIC_AUTH_SECRET_ARN');
  const settings: IngressSettings = {
    stageName: text('STAGE_NAME'),
    publicBaseUrl: publicBaseUrl(text('PUBLIC_BASE_URL'), faults),
    eventQueueUrl: queueUrl('EVENT_QUEUE_URL', text('EVENT_QUEUE_URL')),
    breakerQueueUrl: queueUrl('BREAKER_QUEUE_URL', optional('BREAKER_QUEUE_URL')),
    ...readCredentialsEnvironment(env, faults),
    basicAuth:
      basicSecretArn === undefined
        ? undefined
        : { secretArn: basicSecretArn, realm: text('BASIC_AUTH_REALM') },
    acceptGet: optional('ACCEPT_GET') === 'true',
    expectedDomainName: optional('EXPECTED_DOMAIN_NAME')?.toLowerCase(),
    replyFile: optional('REPLY_FILE'),
  };
  if (basicSecretArn !== undefined && !isSecretArn(basicSecretArn)) {
    faults.push('BASIC_AUTH_SECRET_ARN is no ARN of a secret');
  }
  if (faults.length > 0) {
    throw new Error(
      `The ingress function's environment is wrong: ${faults.join('; ')}. Deploy the stack again.`,
    );
  }
  return settings;
};

/** Faults do not quote the URL: it may hold a password. */
const publicBaseUrl = (configured: string, faults: string[]): string => {
  if (configured === '') return '';
  if (!URL.canParse(configured) || !/^https?:\/\//i.test(configured)) {
    faults.push('PUBLIC_BASE_URL is no absolute URL, allowed is https://host/stage');
    return '';
  }
  const { search, pathname } = new URL(configured);
  if (search !== '') {
    faults.push(
      'PUBLIC_BASE_URL has a query, allowed is https://host/stage: a query belongs to each webhook URL',
    );
  }
  if (pathname !== '/' && pathname.endsWith('/')) {
    faults.push('PUBLIC_BASE_URL ends with a slash, which would be doubled: leave it out');
  }
  // Serializing a URL without a path gives it a slash, and so may a configuration.
  return signableUrl(configured).replace(/\/$/, '');
};
