import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { createAccountCredentials } from '../aws/account-credentials';
import { createLog } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { authorize, type AuthorizerPorts } from './authorizer';
import { parseAuthorizerEnvironment } from './environment';
import type { ConnectEvent } from './request';

const settings = parseAuthorizerEnvironment(process.env);
const log = createLog('authorizer');

const ports: AuthorizerPorts = {
  credentials: createAccountCredentials(settings, createSecretsManager(), log),
  log,
  now: Date.now,
};

/** API Gateway WebSocket API, REQUEST authorizer of the route `$connect`. */
export const handler = (event: ConnectEvent): Promise<APIGatewayAuthorizerResult> => authorize(event, ports, settings);
