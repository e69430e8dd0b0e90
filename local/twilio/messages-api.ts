import { timingSafeEqual, createHash } from 'node:crypto';
import type { TwilioAccount } from '../accounts';
import { apiError, notFound, type ApiAnswer } from './api-error';
import { messageError } from './check-message';
import { messageResource, newMessageSid, type OutgoingMessage } from './message';

export interface ApiKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface ApiRequest {
  readonly method: string;
  /** Path and query, without the base URL. */
  readonly target: string;
  readonly authorization: string | undefined;
  /** The message that this one answers: `X-Gateway-In-Reply-To`, which Twilio would ignore. */
  readonly inReplyTo: string | undefined;
  readonly form: URLSearchParams;
}

export interface ApiState {
  readonly accounts: readonly TwilioAccount[];
  /** Valid for every account. */
  readonly key: ApiKey;
  /** Oldest first. */
  readonly messages: readonly OutgoingMessage[];
  /** Whether the recipient has opted out of messages from this sender. */
  readonly hasOptedOut: (message: OutgoingMessage) => boolean;
}

/** The answer, and the new message where there is one. */
export interface ApiResult {
  readonly answer: ApiAnswer;
  readonly created?: OutgoingMessage;
}

const path =
  /^\/api\.twilio\.com\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/Messages(?:\/((?:SM|MM)[0-9a-f]{32}))?\.json$/i;
const messageSid = /^(?:SM|MM)[0-9a-f]{32}$/i;

/** The part of Twilio's API that sends messages and reads them back. */
export const answerApiRequest = (request: ApiRequest, state: ApiState): ApiResult => {
  const url = new URL(request.target, 'http://127.0.0.1');
  const [, accountSid, sid] = path.exec(url.pathname) ?? [];
  const account = state.accounts.find((candidate) => candidate.accountSid === accountSid);
  if (!isAuthorized(request.authorization, account, state.key)) {
    return { answer: apiError(401, 20003, 'Authenticate') };
  }
  if (account === undefined) return { answer: notFound() };
  const messages = state.messages.filter((message) => message.accountSid === account.accountSid);
  if (request.method === 'POST' && sid === undefined) return create(request, account.accountSid, state);
  if (request.method !== 'GET') return { answer: apiError(405, 20004, 'Method not allowed') };
  if (sid === undefined) return { answer: list(messages, url) };
  const found = messages.find((message) => message.sid === sid);
  return { answer: found === undefined ? notFound() : { status: 200, body: messageResource(found) } };
};

const create = ({ form, inReplyTo }: ApiRequest, accountSid: string, state: ApiState): ApiResult => {
  const error = messageError(form);
  if (error !== undefined) return { answer: error };
  const mediaUrls = form.getAll('MediaUrl');
  const now = new Date().toISOString();
  const created: OutgoingMessage = {
    sid: newMessageSid(mediaUrls.length > 0),
    accountSid,
    to: form.get('To') ?? '',
    from: form.get('From'),
    messagingServiceSid: form.get('MessagingServiceSid'),
    body: form.get('Body') ?? '',
    mediaUrls,
    statusCallback: form.get('StatusCallback'),
    inReplyTo: inReplyTo !== undefined && messageSid.test(inReplyTo) ? inReplyTo : null,
    status: 'queued',
    createdAt: now,
    updatedAt: now,
  };
  if (state.hasOptedOut(created)) {
    return { answer: apiError(400, 21610, 'Attempt to send to unsubscribed recipient') };
  }
  return { answer: { status: 201, body: messageResource(created) }, created };
};

/** Lists messages newest first, as Twilio does. */
const list = (messages: readonly OutgoingMessage[], url: URL): ApiAnswer => {
  const query = url.searchParams;
  const size = Math.min(Math.max(Math.trunc(Number(query.get('PageSize') ?? 50)) || 50, 1), 1000);
  const page = Math.max(Math.trunc(Number(query.get('Page') ?? 0)) || 0, 0);
  const [to, from] = [query.get('To'), query.get('From')];
  const found = messages
    .filter((message) => (to === null || message.to === to) && (from === null || message.from === from))
    .toReversed();
  const start = page * size;
  const shown = found.slice(start, start + size);
  const uri = (number: number): string => {
    const next = new URLSearchParams(query);
    next.set('PageSize', String(size));
    next.set('Page', String(number));
    return `${url.pathname.replace('/api.twilio.com', '')}?${next.toString()}`;
  };
  return {
    status: 200,
    body: {
      messages: shown.map(messageResource),
      page,
      page_size: size,
      start,
      end: Math.max(start, start + shown.length - 1),
      uri: uri(page),
      first_page_uri: uri(0),
      next_page_uri: start + size < found.length ? uri(page + 1) : null,
      previous_page_uri: page > 0 ? uri(page - 1) : null,
    },
  };
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** HTTP Basic with the API key, or with the account's SID and Auth Token. */
const isAuthorized = (header: string | undefined, account: TwilioAccount | undefined, key: ApiKey): boolean => {
  const credentials = Buffer.from(/^Basic (\S+)$/i.exec(header ?? '')?.[1] ?? '', 'base64').toString('utf8');
  if (isSame(credentials, `${key.apiKey}:${key.apiSecret}`)) return true;
  return account !== undefined && isSame(credentials, `${account.accountSid}:${account.authToken}`);
};
