import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { createAccountSecretSource } from '../aws/account-secret-source';
import { createLog } from '../aws/log';
import { createSecretsManager } from '../aws/secrets-manager';
import { createCredentials } from '../shared/credentials/credentials';
import { authorize, type AuthorizerPorts } from './authorizer';
import { parseAuthorizerEnvironment } from './environment';
import type { ConnectEvent } from './request';

const settings = parseAuthorizerEnvironment(process.env);
const log = createLog('authorizer');
const { now } = Date;

const ports: AuthorizerPorts = {
  credentials: createCredentials({
    source: createAccountSecretSource({
      client: createSecretsManager(),
      previousTokenMs: settings.previousTokenMs,
    }),
    arns: settings.accountSecretArns,
    ttlMs: settings.secretTtlMs,
    maxStaleMs: settings.secretMaxStaleMs,
    now,
    random: Math.random,
    log,
  }),
  log,
  now,
};

/** API Gateway WebSocket API, REQUEST authorizer of the route `$connect`. */
export const handler = (event: ConnectEvent): Promise<APIGatewayAuthorizerResult> => authorize(event, ports, settings);
