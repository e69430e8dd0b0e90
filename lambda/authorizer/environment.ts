import {
  readCredentialsEnvironment,
  type CredentialsEnvironment,
  type CredentialsSettings,
} from '../shared/credentials/credentials-environment';

/** The authorizer function's environment: the construct sets exactly these, the handler reads exactly these. */
export interface AuthorizerEnvironment extends CredentialsEnvironment {
  readonly STAGE_NAME: string;
  /** As it stands in the TwiML, e.g. `wss://abc.execute-api.eu-west-1.amazonaws.com/dev`; without a query. */
  readonly WEB_SOCKET_URL: string;
}

export interface AuthorizerSettings extends CredentialsSettings {
  readonly stageName: string;
  readonly webSocketUrl: string;
}

/**
 * @throws Error that names every fault at once, so that a deployment is repaired in one go
 */
export const parseAuthorizerEnvironment = (
  env: Readonly<Record<string, string | undefined>>,
): AuthorizerSettings => {
  const faults: string[] = [];
  const text = (name: keyof AuthorizerEnvironment): string => {
    const value = env[name] ?? '';
    if (value === '') faults.push(`${name} is not set`);
    return value;
  };
  const settings: AuthorizerSettings = {
    stageName: text('STAGE_NAME'),
    webSocketUrl: text('WEB_SOCKET_URL'),
    ...readCredentialsEnvironment(env, faults),
  };
  if (settings.webSocketUrl !== '' && !isWebSocketUrl(settings.webSocketUrl)) {
    // The URL is not quoted: it may hold a password.
    faults.push(
      'WEB_SOCKET_URL is no URL that Twilio can sign, allowed is wss://host/stage without user information, query and fragment',
    );
  }
  if (faults.length > 0) {
    throw new Error(
      `The authorizer function's environment is wrong: ${faults.join('; ')}. Deploy the stack again.`,
    );
  }
  return settings;
};

/** `ws:` is what the local gateway has; Twilio itself connects to `wss:` only. */
const isWebSocketUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^wss?:$/.test(protocol) && username === '' && password === '' && !/[?#]/.test(text);
};
