import {
  sessionHeader,
  type AccountSums,
  type ApiError,
  type ConversationKey,
  type ConversationList,
  type ConversationPage,
  type DeadLetterList,
  type Differences,
  type EventPage,
  type ExplainRequest,
  type Explanation,
  type GatewayInfo,
  type HandlerList,
  type Health,
  type MessagePage,
  type Metrics,
  type QueueList,
  type RedriveResult,
  type RefusedList,
  type RefusedRequest,
  type ReplayRequest,
  type ReplayResult,
  type SendKinds,
  type SendRequest,
  type SendResult,
  type Setup,
  type WebhookPage,
} from '../../api';
import type { SessionKeeper } from './session';
import { formatParams, type RouteParams } from './text/route';

/** An answer, or why there is none: an error is a value. */
export type ApiResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string; readonly message: string };

export type ApiClient = ReturnType<typeof createApiClient>;

const requestTimeoutMs = 20_000;
/** SQS is polled, Twilio is asked, or a webhook waits for its answer. */
const slowTimeoutMs = 45_000;

/** The reason of a request with a session that the gateway does not know. */
export const noSession = 'no_session';

const noAnswer = { ok: false, reason: 'no_answer', message: 'The gateway does not answer. Is it running?' } as const;

type Failure = Extract<ApiResult<never>, { readonly ok: false }>;

export const readError = async (response: Response): Promise<Failure> => {
  try {
    const { error } = (await response.json()) as ApiError;
    return { ok: false, reason: error.reason, message: error.message };
  } catch {
    return { ok: false, reason: 'unexpected', message: `The gateway answered with status ${response.status}.` };
  }
};

export const createApiClient = (keeper: SessionKeeper) => {
  const send = (path: string, body: unknown, timeoutMs: number): Promise<Response> =>
    fetch(`/api/${path}`, {
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        [sessionHeader]: keeper.session(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(timeoutMs),
    });

  /** A session that the gateway does not know is renewed once. */
  const request = async <T>(
    path: string,
    read: (response: Response) => Promise<T>,
    body?: unknown,
    timeoutMs = requestTimeoutMs,
  ): Promise<ApiResult<T>> => {
    try {
      const response = await send(path, body, timeoutMs);
      if (response.ok) return { ok: true, value: await read(response) };
      const error = await readError(response);
      if (error.reason !== noSession || !(await keeper.renew())) return error;
      const second = await send(path, body, timeoutMs);
      return second.ok ? { ok: true, value: await read(second) } : await readError(second);
    } catch {
      return noAnswer;
    }
  };

  const readJson = async <T>(response: Response): Promise<T> => (await response.json()) as T;

  const get = <T>(path: string, params: RouteParams = {}, timeoutMs?: number): Promise<ApiResult<T>> => {
    const query = formatParams(params);
    return request<T>(query === '' ? path : `${path}?${query}`, readJson, undefined, timeoutMs);
  };
  const post = <T>(path: string, body: unknown): Promise<ApiResult<T>> =>
    request<T>(path, readJson, body, slowTimeoutMs);
  const id = encodeURIComponent;

  return {
    gateway: () => get<GatewayInfo>('gateway'),
    webhooks: (query: RouteParams) => get<WebhookPage>('webhooks', query),
    message: (sid: string, account: string) => get<MessagePage>(`messages/${id(sid)}`, { account }),
    event: (eventId: string, account: string) => get<EventPage>(`events/${id(eventId)}`, { account }),
    media: (account: string, message: string, index: number) =>
      request(
        `media?${formatParams({ account, message, index: String(index) })}`,
        (response) => response.blob(),
        undefined,
        slowTimeoutMs,
      ),
    conversations: (query: RouteParams) => get<ConversationList>('conversations', query),
    conversation: ({ accountSid, own, person }: ConversationKey, query: RouteParams = {}) =>
      get<ConversationPage>('conversation', { account: accountSid, own, person, ...query }),
    refused: () => get<RefusedList>('refused'),
    refusedRequest: (requestId: string) => get<RefusedRequest>(`refused/${id(requestId)}`),
    explain: (text: string) => post<Explanation>('explain', { request: text } satisfies ExplainRequest),
    queues: () => get<QueueList>('queues'),
    deadLetters: (queue: string) => get<DeadLetterList>(`queues/${id(queue)}/dead-letters`, {}, slowTimeoutMs),
    redrive: (queue: string, confirm?: string) =>
      post<RedriveResult>(`queues/${id(queue)}/redrive`, confirm === undefined ? {} : { confirm }),
    handlers: () => get<HandlerList>('handlers'),
    sendKinds: () => get<SendKinds>('send'),
    send: (webhook: SendRequest) => post<SendResult>('send', webhook),
    replay: (event: ReplayRequest) => post<ReplayResult>('replay', event),
    health: () => get<Health>('health', {}, slowTimeoutMs),
    account: () => get<AccountSums>('account', {}, slowTimeoutMs),
    metrics: (minutes: number) => get<Metrics>('metrics', { minutes: String(minutes) }),
    setup: () => get<Setup>('setup'),
    differences: () => get<Differences>('setup/differences', {}, slowTimeoutMs),
  };
};
