import { readSecretArns } from '../shared/credentials/secret-arns';
import { queueUrl, readEnvironment, secretArn, type Environment } from '../shared/runtime/environment';

/** The canary function's environment: the stack sets exactly these variables, and the handler reads exactly these. */
export interface CanaryEnvironment {
  readonly STAGE_NAME: string;
  readonly TABLE_NAME: string;
  /** As ingress has it. */
  readonly PUBLIC_BASE_URL: string;
  /** In the format of `readSecretArns`. */
  readonly ACCOUNT_SECRET_ARNS: string;
  /** ARN of the secret for Basic authentication; empty where the stage has none. */
  readonly BASIC_AUTH_SECRET_ARN: string;
  /** `true` or `false`: whether Twilio is asked if it accepts the current tokens. */
  readonly CHECK_TOKEN: string;
}

/** Only where the stage publishes events. */
export interface CanaryQueueEnvironment {
  /** The queue that gets the events of canaries. */
  readonly CANARY_QUEUE_URL: string;
}

export interface CanarySettings {
  readonly stageName: string;
  readonly tableName: string;
  /** Where canaries are sent to. */
  readonly eventsUrl: string;
  readonly accountSecretArns: readonly string[];
  readonly basicAuthSecretArn: string | undefined;
  readonly queueUrl: string | undefined;
  readonly checkToken: boolean;
  /** Set by the local gateway and by tests: where Twilio's REST API is. */
  readonly twilioApiBaseUrl: string | undefined;
}

export const parseCanaryEnvironment = (env: Environment): CanarySettings =>
  readEnvironment<keyof CanaryEnvironment | keyof CanaryQueueEnvironment | 'TWILIO_API_BASE_URL', CanarySettings>(
    'the canary',
    env,
    (reader) => {
      const baseUrl = reader.text('PUBLIC_BASE_URL', { pattern: /^https?:\/\//, allowed: 'https://host/stage' });
      return {
        stageName: reader.text('STAGE_NAME'),
        tableName: reader.text('TABLE_NAME'),
        eventsUrl: `${baseUrl}/events`,
        accountSecretArns: readSecretArns(reader.text('ACCOUNT_SECRET_ARNS')),
        basicAuthSecretArn: reader.optional('BASIC_AUTH_SECRET_ARN', secretArn),
        queueUrl: reader.optional('CANARY_QUEUE_URL', queueUrl),
        checkToken: reader.text('CHECK_TOKEN', { pattern: /^(?:true|false)$/, allowed: 'true or false' }) === 'true',
        twilioApiBaseUrl: reader.optional('TWILIO_API_BASE_URL'),
      };
    },
  );
