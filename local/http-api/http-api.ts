import type { IncomingMessage, RequestListener } from 'node:http';
import type { LocalFunction } from '../functions/function-pool';
import type { AnsweredRequest } from '../monitor/answered-request';
import { collectBody } from '../server/read-body';
import { renderAccessLog } from './access-log';
import { apiEvent, receivedRequest, splitTarget, type ApiIdentity, type ReceivedRequest } from './api-event';
import {
  apiResponse,
  badRequest,
  brokenNetwork,
  notFound,
  tooLarge,
  tooManyRequests,
  unavailable,
  type ApiResponse,
} from './api-response';
import type { Network } from './network';
import { sendToQueue, type QueueRoute, type SendMessage } from './queue-integration';
import { createThrottle } from './throttle';

interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The integration of a route: a function, or a queue. */
export type HttpApiRoute = (
  { readonly target: LocalFunction; readonly timeoutMs: number } | { readonly queue: QueueRoute }
) & {
  /** @default the API's */
  readonly throttle?: Throttle;
};

export interface HttpApiConfiguration {
  readonly identity: ApiIdentity;
  /** Integrations by route key: `METHOD /path` or `ANY /path`. */
  readonly routes: ReadonlyMap<string, HttpApiRoute>;
  /** Needed where a route has a queue. */
  readonly sendMessage?: SendMessage;
  readonly throttle?: Throttle;
  readonly accessLogFormat?: string;
  /** Absent: every request arrives. */
  readonly network?: Pick<Network, 'loses'>;
  readonly onAccess: (line: string) => void;
  /** Receives each request once it is answered. */
  readonly onAnswer?: (answered: AnsweredRequest) => void;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const maxBodyBytes = 10 * 1024 * 1024;
/** Lambda's limit on a synchronous event. */
const maxEventBytes = 6 * 1024 * 1024;

/** The prefix of a stage's paths; empty for the default stage. */
export const stagePath = (stage: string): string => (stage === '$default' ? '' : `/${stage}`);

/** An HTTP API with one stage, as API Gateway serves it. */
export const createHttpApi = (configuration: HttpApiConfiguration): RequestListener => {
  const { identity } = configuration;
  const admitAny = configuration.throttle === undefined ? () => true : createThrottle(configuration.throttle);
  const admitTo = new Map(
    [...configuration.routes].flatMap(([key, { throttle }]) =>
      throttle === undefined ? [] : [[key, createThrottle(throttle)] as const],
    ),
  );

  const answerFromQueue = (queue: QueueRoute, request: ReceivedRequest): Promise<ApiResponse> => {
    const { sendMessage } = configuration;
    return sendMessage === undefined
      ? Promise.resolve(unavailable)
      : sendToQueue(queue, request, identity, sendMessage).catch(() => unavailable);
  };

  const answer = async (
    incoming: IncomingMessage,
  ): Promise<{ readonly response: ApiResponse; readonly log: string | undefined }> => {
    const receivedAt = new Date();
    const startedAt = performance.now();
    const target = splitTarget(incoming.url ?? '/');
    const { body, bytes } = await collectBody(incoming, maxBodyBytes, 'drop');
    const request = receivedRequest(
      incoming,
      target ?? { path: '/', rawQuery: '' },
      body ?? Buffer.alloc(0),
      receivedAt,
    );
    const prefix = stagePath(identity.stage);
    const path = request.path.startsWith(`${prefix}/`) ? request.path.slice(prefix.length) : undefined;
    const routeKey = [`${request.method} ${path ?? ''}`, `ANY ${path ?? ''}`].find(
      (key) => path !== undefined && configuration.routes.has(key),
    );
    const route = routeKey === undefined ? undefined : configuration.routes.get(routeKey);

    const isLost = isLostOnItsWay(request, incoming.url ?? '/', configuration.network);

    const respond = async (): Promise<ApiResponse> => {
      if (isLost) return brokenNetwork;
      if (target === undefined) return badRequest;
      if (body === undefined) return tooLarge;
      if (route === undefined || routeKey === undefined) return notFound;
      if (!(admitTo.get(routeKey) ?? admitAny)()) return tooManyRequests;
      if ('queue' in route) return answerFromQueue(route.queue, request);
      const event = apiEvent(request, routeKey, identity);
      if ((event.body?.length ?? 0) > maxEventBytes) return tooLarge;
      const timeout = rejectAfter(route.timeoutMs);
      try {
        return apiResponse(await Promise.race([route.target.invoke(event), timeout.promise]));
      } catch {
        return unavailable;
      } finally {
        timeout.cancel();
      }
    };

    const response = await respond();
    configuration.onAnswer?.({
      requestId: request.requestId,
      receivedAt,
      method: request.method,
      url: incoming.url ?? '/',
      rawHeaders: incoming.rawHeaders,
      body: request.body,
      bodyBytes: bytes,
      route: routeKey?.split('/').at(-1),
      status: response.status,
      isAnsweredByApi: ownAnswers.has(response) || (route !== undefined && 'queue' in route),
      isSwallowed: isLost,
      durationMs: performance.now() - startedAt,
    });
    const facts = { routeKey: routeKey ?? '-', stage: identity.stage, apiId: identity.apiId };
    const log =
      configuration.accessLogFormat === undefined || isLost
        ? undefined
        : renderAccessLog(configuration.accessLogFormat, request, facts, response);
    return {
      response: { ...response, headers: { ...response.headers, 'apigw-requestid': request.requestId } },
      log,
    };
  };

  return (incoming, outgoing) => {
    answer(incoming)
      .then(({ response, log }) => {
        if (log !== undefined) configuration.onAccess(log);
        for (const [name, value] of Object.entries(response.headers)) outgoing.setHeader(name, value);
        // As API Gateway does; without a length Node sends the body in chunks.
        if (response.status !== 204) outgoing.setHeader('content-length', response.body.length);
        outgoing.writeHead(response.status);
        outgoing.end(response.body);
      })
      // The client disconnected early, or a response header cannot be sent.
      .catch(() => outgoing.destroy());
  };
};

/** Answers without a function, or without waiting for it any longer. */
const ownAnswers: ReadonlySet<ApiResponse> = new Set([
  ...[badRequest, brokenNetwork, notFound, tooLarge, tooManyRequests, unavailable],
]);

const isLostOnItsWay = (
  request: ReceivedRequest,
  target: string,
  network: HttpApiConfiguration['network'],
): boolean => {
  const signature = request.headers['x-twilio-signature'];
  if (signature === undefined || network === undefined) return false;
  const { method, body, receivedAt } = request;
  const host = request.headers['host'] ?? '';
  return network.loses({ at: receivedAt.getTime(), method, target, host, signature, body });
};

const rejectAfter = (milliseconds: number): { readonly promise: Promise<never>; cancel(): void } => {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('integration timeout')), milliseconds);
  });
  return { promise, cancel: () => clearTimeout(timer) };
};
