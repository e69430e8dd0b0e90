import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { authorize, type AuthorizerOptions, type AuthorizerPorts } from '../../../lambda/authorizer/authorizer';
import type { ConnectEvent } from '../../../lambda/authorizer/request';
import { createCredentials } from '../../../lambda/shared/credentials/credentials';
import { accountA, createFakeSource, noAlternates, tokenA, type FakeSecret, type LogLine } from '../ingress/fakes';

export const webSocketUrl = 'wss://abc.execute-api.eu-west-1.amazonaws.com/dev';
export const methodArn = 'arn:aws:execute-api:eu-west-1:123456789012:abc/dev/$connect';

/** Signs with Twilio's own function: only the URL of a handshake is signed. */
export const handshakeSignature = (url: string, token = tokenA): string => getExpectedTwilioSignature(token, url, {});

/** A handshake as API Gateway hands it over: by default the genuine one, signed with account A's token. */
export const connectEvent = (
  headers: Readonly<Record<string, readonly string[]>> = {
    'x-twilio-signature': [handshakeSignature(webSocketUrl)],
  },
  query: Readonly<Record<string, readonly string[]>> = {},
): ConnectEvent => {
  const last = (map: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(map).map(([name, values]) => [name, values.at(-1) ?? '']));
  const all = (map: Readonly<Record<string, readonly string[]>>) =>
    Object.fromEntries(Object.entries(map).map(([name, values]) => [name, [...values]]));
  const hasQuery = Object.keys(query).length > 0;
  const sent = { Host: ['abc.execute-api.eu-west-1.amazonaws.com'], 'User-Agent': ['test'], ...headers };
  return {
    methodArn,
    headers: last(sent),
    multiValueHeaders: all(sent),
    queryStringParameters: hasQuery ? last(query) : null,
    multiValueQueryStringParameters: hasQuery ? all(query) : null,
    requestContext: { requestId: 'request-1', identity: { sourceIp: '192.0.2.7' } },
  };
};

/** The authorizer with fakes for all its ports and a fixed clock. */
export const createTestAuthorizer = (
  secrets: Record<string, FakeSecret> = {
    a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
  },
  options: Partial<AuthorizerOptions> = {},
) => {
  const clock = { now: Date.parse('2026-01-31T10:00:00.000Z') };
  const now = () => clock.now;
  const { source, reads } = createFakeSource(secrets);
  const lines: LogLine[] = [];
  const ports: AuthorizerPorts = {
    credentials: createCredentials({
      source,
      arns: Object.keys(secrets),
      ttlMs: 300_000,
      maxStaleMs: 86_400_000,
      now,
      random: () => 0.5,
      log: () => undefined,
      readTimeoutMs: 50,
    }),
    log: (level, fields) => void lines.push({ level, fields }),
    now,
  };
  const authorizeEvent = (event: ConnectEvent) =>
    authorize(event, ports, { webSocketUrl, stageName: 'dev', ...options });
  return {
    lines,
    reads,
    clock,
    /** The effect of the policy that API Gateway gets. */
    decide: async (event: ConnectEvent) => {
      const { policyDocument } = await authorizeEvent(event);
      return policyDocument.Statement[0]?.Effect;
    },
    authorize: authorizeEvent,
  };
};
