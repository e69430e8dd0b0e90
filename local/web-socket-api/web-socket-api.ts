import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { LocalFunction } from '../functions/function-pool';
import { splitTarget, type ApiIdentity } from '../http-api/api-event';
import { apiResponse } from '../http-api/api-response';
import { authorize, type AuthorizerDefinition } from './authorize';
import { handshakeParts, requestContext, type Connection, type EventType } from './connect-event';
import type { WebSocketRouteKey } from './route-keys';

export interface WebSocketApiConfiguration {
  readonly identity: ApiIdentity;
  /** `arn:…:execute-api:region:account:api/stage/$connect`, which an authorizer's policy names. */
  readonly methodArn: string;
  /** Undefined: anyone may connect. */
  readonly authorizer: AuthorizerDefinition | undefined;
  readonly routes: ReadonlyMap<WebSocketRouteKey, LocalFunction>;
}

export interface LocalWebSocketApi {
  /** For `server.on('upgrade')`. Never throws or rejects. */
  readonly onUpgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Ends every connection. */
  readonly close: () => Promise<void>;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const maxMessageBytes = 128 * 1024;

/**
 * A WebSocket API with one stage: `$connect` with its authorizer, `$default` and `$disconnect`. Nothing is sent to a
 * client: the management API (`@connections`) and route responses are not supported.
 */
export const createWebSocketApi = (configuration: WebSocketApiConfiguration): LocalWebSocketApi => {
  const { identity, routes } = configuration;
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes });

  const contextOf = (connection: Connection, eventType: EventType, routeKey: WebSocketRouteKey) =>
    requestContext(identity, connection, { eventType, routeKey, requestId: randomUUID() });

  /** The response status, and the connection for 101. */
  const connect = async (
    incoming: IncomingMessage,
  ): Promise<{ readonly status: number; readonly connection?: Connection }> => {
    const target = splitTarget(incoming.url ?? '/');
    // The path is the stage, with or without a trailing slash.
    if (target === undefined || ![`/${identity.stage}`, `/${identity.stage}/`].includes(target.path)) {
      return { status: 403 };
    }
    const parts = handshakeParts(incoming, target.rawQuery);
    const stranger: Connection = {
      connectionId: randomUUID(),
      connectedAt: new Date(),
      sourceIp: incoming.socket.remoteAddress ?? '',
      userAgent: incoming.headers['user-agent'] ?? '',
      authorizer: undefined,
    };
    const context = contextOf(stranger, 'CONNECT', '$connect');
    const { authorizer: definition, methodArn } = configuration;
    const authorization =
      definition === undefined ? undefined : await authorize(definition, parts, { methodArn, requestContext: context });
    if (authorization !== undefined && authorization.status !== 200) return authorization;
    const connection = { ...stranger, authorizer: authorization?.context };
    const integration = routes.get('$connect');
    if (integration === undefined) return { status: 101, connection };
    const answer = apiResponse(
      await integration.invoke({
        ...parts,
        requestContext: contextOf(connection, 'CONNECT', '$connect'),
        isBase64Encoded: false,
      }),
    );
    return answer.status >= 200 && answer.status < 300 ? { status: 101, connection } : { status: answer.status };
  };

  const serve = (client: WebSocket, connection: Connection): void => {
    const send = async (eventType: EventType, routeKey: WebSocketRouteKey, body?: string) => {
      const context = contextOf(connection, eventType, routeKey);
      const result = await routes.get(routeKey)?.invoke({
        requestContext: context,
        ...(body === undefined ? {} : { body }),
        isBase64Encoded: false,
      });
      if (eventType !== 'MESSAGE' || result?.kind === 'ok') return;
      const { connectionId, requestId } = context;
      const message = result === undefined ? 'Forbidden' : 'Internal server error';
      client.send(JSON.stringify({ message, connectionId, requestId }));
    };
    // In order of arrival.
    let last = Promise.resolve();
    const enqueue = (...event: Parameters<typeof send>): void => {
      // The client may have disconnected already.
      last = last.then(() => send(...event)).catch(() => undefined);
    };
    client.on('message', (data, isBinary) => {
      // API Gateway accepts text only: https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
      if (isBinary) client.close(1003);
      else enqueue('MESSAGE', '$default', (data as Buffer).toString('utf8'));
    });
    client.on('close', () => enqueue('DISCONNECT', '$disconnect'));
    // An invalid frame closes the connection.
    client.on('error', () => undefined);
  };

  return {
    onUpgrade: (incoming, socket, head) => {
      const gone = () => socket.destroy();
      socket.once('error', gone);
      connect(incoming)
        .catch(() => ({ status: 500, connection: undefined }))
        .then(({ status, connection }) => {
          if (connection === undefined) {
            refuse(socket, status);
            return;
          }
          socket.off('error', gone);
          server.handleUpgrade(incoming, socket, head, (client) => serve(client, connection));
        })
        .catch(gone);
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const messages: Readonly<Partial<Record<number, string>>> = { 401: 'Unauthorized', 403: 'Forbidden' };

const refuse = (socket: Duplex, status: number): void => {
  const body = JSON.stringify({ message: messages[status] ?? 'Internal server error' });
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
