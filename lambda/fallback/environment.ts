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

/** Only where the stage has a fallback lane in another region. */
export interface FallbackRegionEnvironment {
  /** As Twilio signs it, with `{apiId}` for the id of the API: no stack of the home region knows it. */
  readonly REGION_FALLBACK_URL: string;
}

/** Times in milliseconds. */
export interface FallbackSettings extends CredentialsSettings {
  readonly stageName: string;
  readonly fallbackUrl: string;
  readonly regionUrl: string | undefined;
  readonly eventQueueUrl: string;
}

export const parseFallbackEnvironment = (env: Environment): FallbackSettings =>
  readEnvironment<keyof FallbackEnvironment | keyof FallbackRegionEnvironment, FallbackSettings>(
    'the fallback function',
    env,
    (reader) => ({
      stageName: reader.text('STAGE_NAME'),
      fallbackUrl: reader.text('FALLBACK_URL', urlWithoutQuery),
      regionUrl: reader.optional('REGION_FALLBACK_URL', urlWithoutQuery),
      eventQueueUrl: reader.text('EVENT_QUEUE_URL', queueUrl),
      ...readCredentialsSettings(reader),
    }),
  );

const urlWithoutQuery = { pattern: /^https?:\/\/[^?#\s]+$/, allowed: 'a URL without a query' };
