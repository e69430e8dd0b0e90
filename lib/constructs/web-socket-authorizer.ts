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
import type { Stage } from '../stage/resolve-stage';

export interface WebSocketAuthorizerProps {
  readonly stage: Stage;
  /** The tokens that may sign: `accountSecrets` of the gateway's stack. */
  readonly accountSecrets: AccountSecrets;
  /**
   * What stands in the TwiML and is signed, without a query: `${api.apiEndpoint}/${stageName}`, or the address of a custom domain with
   * its path.
   */
  readonly webSocketUrl: string;
}

/** Above the 4.5 s in which the function answers even when Secrets Manager hangs. */
const timeout = Duration.seconds(8);

/**
 * None. With the header as the source API Gateway would answer 401 by itself where it is written in another case,
 * before the function and without a log line: Twilio's pages have both `x-twilio-signature` and `X-Twilio-Signature`,
 * and WebSocket events keep the case that came. The function takes either.
 */
const identitySource: string[] = [];

/**
 * Lets Twilio alone connect to a WebSocket API of yours (Media Streams, ConversationRelay): the authorizer of its `$connect` route.
 * It may read the account secrets, and nothing else. The gateway's own stack has no WebSocket API; docs/websockets.md shows one.
 */
export class WebSocketAuthorizer extends GatewayFunction implements IWebSocketRouteAuthorizer {
  private readonly authorizer: WebSocketLambdaAuthorizer;

  /** @throws Error where the URL is none that Twilio could call and sign */
  constructor(scope: Construct, id: string, props: WebSocketAuthorizerProps) {
    const { stage, accountSecrets, webSocketUrl } = props;
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

/** A URL with parts that are known only after the deployment is checked by the function, at its cold start. */
const checkUrl = (id: string, webSocketUrl: string): void => {
  if (Token.isUnresolved(webSocketUrl)) return;
  const url = URL.canParse(webSocketUrl) ? new URL(webSocketUrl) : undefined;
  const usable =
    url?.protocol === 'wss:' && url.username === '' && url.password === '' && !/[?#]/.test(webSocketUrl);
  if (usable) return;
  // Not quoted: it may hold a password.
  throw new Error(
    `webSocketUrl of ${id} is no URL that Twilio can call and sign: give wss://host/path without user information, query and fragment.`,
  );
};
