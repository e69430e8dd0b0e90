import {
  readCredentialsSettings,
  type CredentialsEnvironment,
  type CredentialsSettings,
} from '../shared/credentials/credentials-environment';
import { readEnvironment, type Environment } from '../shared/runtime/environment';

/**
 * The authorizer function's environment: the construct sets exactly these variables, and the handler reads exactly
 * these.
 */
export interface AuthorizerEnvironment extends CredentialsEnvironment {
  readonly STAGE_NAME: string;
  /** As in the TwiML, e.g. `wss://abc.execute-api.eu-west-1.amazonaws.com/dev`; without a query. */
  readonly WEB_SOCKET_URL: string;
}

export interface AuthorizerSettings extends CredentialsSettings {
  readonly stageName: string;
  readonly webSocketUrl: string;
}

export const parseAuthorizerEnvironment = (env: Environment): AuthorizerSettings =>
  readEnvironment<keyof AuthorizerEnvironment, AuthorizerSettings>('the authorizer', env, (reader) => {
    const settings = {
      stageName: reader.text('STAGE_NAME'),
      webSocketUrl: reader.text('WEB_SOCKET_URL'),
      ...readCredentialsSettings(reader),
    };
    if (settings.webSocketUrl !== '' && !isWebSocketUrl(settings.webSocketUrl)) {
      // The URL is not quoted: it may hold a password.
      reader.problem(
        'WEB_SOCKET_URL is not a URL that Twilio can sign, ' +
          'allowed is wss://host/stage without user information, query and fragment',
      );
    }
    return settings;
  });

/** The local gateway has `ws:`; Twilio itself connects to `wss:` only. */
const isWebSocketUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^wss?:$/.test(protocol) && username === '' && password === '' && !/[?#]/.test(text);
};
