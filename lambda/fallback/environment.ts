import {
  readCredentialsSettings,
  type CredentialsEnvironment,
  type CredentialsSettings,
} from '../shared/credentials/credentials-environment';
import { queueUrl, readEnvironment, type Environment } from '../shared/runtime/environment';

/** The environment of the lane's consumer: the stack sets exactly these variables, and the handler reads these. */
export interface FallbackEnvironment extends CredentialsEnvironment {
  readonly STAGE_NAME: string;
  /** As Twilio calls it and signs it, e.g. `https://abc.execute-api.eu-west-1.amazonaws.com/dev/fallback`. */
  readonly FALLBACK_URL: string;
  readonly EVENT_QUEUE_URL: string;
}

/** Times in milliseconds. */
export interface FallbackSettings extends CredentialsSettings {
  readonly stageName: string;
  readonly fallbackUrl: string;
  readonly eventQueueUrl: string;
}

export const parseFallbackEnvironment = (env: Environment): FallbackSettings =>
  readEnvironment<keyof FallbackEnvironment, FallbackSettings>('the fallback function', env, (reader) => ({
    stageName: reader.text('STAGE_NAME'),
    fallbackUrl: reader.text('FALLBACK_URL', { pattern: /^https?:\/\/[^?#\s]+$/, allowed: 'a URL without a query' }),
    eventQueueUrl: reader.text('EVENT_QUEUE_URL', queueUrl),
    ...readCredentialsSettings(reader),
  }));
