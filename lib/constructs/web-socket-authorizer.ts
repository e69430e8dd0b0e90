import { Duration, Token, Validations } from 'aws-cdk-lib';
import type {
  IWebSocketRouteAuthorizer,
  WebSocketRouteAuthorizerBindOptions,
  WebSocketRouteAuthorizerConfig,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Construct } from 'constructs';
import type { AuthorizerEnvironment } from '../../lambda/authorizer/environment';
import type { AccountSecrets } from './account-secrets';
import { functionFindings } from '../nag-suppressions';
import { GatewayFunction } from '../functions/gateway-function';

/** The settings of an authorizer. */
export interface WebSocketAuthorizerProps {
  /** The accounts whose tokens may sign: `accountSecrets` of the gateway. */
  readonly accountSecrets: AccountSecrets;
  /**
   * The URL in the TwiML, which Twilio signs, without a query: `${api.apiEndpoint}/${stageName}`, or the URL of a
   * custom domain with its path.
   */
  readonly webSocketUrl: string;
}

/** Longer than the 4.5 s within which the function answers even if Secrets Manager hangs. */
const timeout = Duration.seconds(8);

/**
 * No identity source. If the signature header were one, API Gateway would answer 401 for another spelling, without
 * calling the function or writing a log line. Twilio's pages have both `x-twilio-signature` and `X-Twilio-Signature`,
 * and WebSocket events keep the spelling of the request. The function accepts both.
 */
const identitySource: string[] = [];

/**
 * The authorizer for the `$connect` route of a WebSocket API of yours (Media Streams, ConversationRelay): only Twilio
 * can connect. Its role allows it to read the account secrets only. The gateway's own stack does not use it;
 * docs/websockets.md has an example.
 */
export class WebSocketAuthorizer extends GatewayFunction implements IWebSocketRouteAuthorizer {
  private readonly authorizer: WebSocketLambdaAuthorizer;

  /** @throws Error if Twilio could not call and sign the URL */
  constructor(scope: Construct, id: string, props: WebSocketAuthorizerProps) {
    const { accountSecrets, webSocketUrl } = props;
    const { stage } = accountSecrets;
    checkUrl(id, webSocketUrl);
    const environment: AuthorizerEnvironment = {
      STAGE_NAME: stage.name,
      WEB_SOCKET_URL: webSocketUrl,
      ...accountSecrets.environment,
    };
    super(scope, id, {
      stage,
      encryptionKey: accountSecrets.encryptionKey,
      functionName: 'authorizer',
      description: "Verifies X-Twilio-Signature of a WebSocket's handshake.",
      timeout,
      environment: { ...environment },
    });
    accountSecrets.allowReading(this.role);
    for (const { id: rule, child, reason } of functionFindings) {
      Validations.of(this.node.findChild(child)).acknowledge({ id: rule, reason });
    }
    this.authorizer = new WebSocketLambdaAuthorizer(id, this.function, { identitySource });
  }

  bind(options: WebSocketRouteAuthorizerBindOptions): WebSocketRouteAuthorizerConfig {
    return this.authorizer.bind(options);
  }
}

/** A URL with parts that exist only after the deployment is checked by the function, at its cold start. */
const checkUrl = (id: string, webSocketUrl: string): void => {
  if (Token.isUnresolved(webSocketUrl)) return;
  const url = URL.canParse(webSocketUrl) ? new URL(webSocketUrl) : undefined;
  const usable = url?.protocol === 'wss:' && url.username === '' && url.password === '' && !/[?#]/.test(webSocketUrl);
  if (usable) return;
  // The message does not quote the URL, which may contain a password.
  throw new Error(
    `webSocketUrl of ${id} is not a URL that Twilio can call and sign: ` +
      'give wss://host/path without user information, query and fragment.',
  );
};
