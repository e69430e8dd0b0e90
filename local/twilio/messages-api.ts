import { timingSafeEqual, createHash } from 'node:crypto';
import type { TwilioAccount } from '../accounts';
import { apiError, notFound, type ApiAnswer } from './api-error';
import { messageError } from './check-message';
import { callResource } from './lists/listed-call';
import { dateFilter } from './lists/date-filter';
import { listPage } from './lists/list-page';
import { listedMessage, mediumResource, messageAfter, type ListedMessage } from './lists/listed-message';
import type { Lists } from './lists/lists';
import { messageFacts, messageResource, newMessageSid, type OutgoingMessage } from './message';

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
  /** What the stand-in was asked to send, oldest first. */
  readonly messages: readonly OutgoingMessage[];
  /** What Twilio knows of the webhooks that it sent. */
  readonly lists: Lists;
  /** Only messages and calls from before this time, in milliseconds since 1970, are in the lists. */
  readonly listedUntil: number;
  /** Items in a page at most; undefined leaves it to the request. */
  readonly pageSize?: number | undefined;
  /** Whether the recipient has opted out of messages from this sender. */
  readonly hasOptedOut: (message: OutgoingMessage) => boolean;
}

/** The answer, and the new message where there is one. */
export interface ApiResult {
  readonly answer: ApiAnswer;
  readonly created?: OutgoingMessage;
}

const path =
  /^\/api\.twilio\.com\/2010-04-01\/Accounts\/(AC[0-9a-f]{32})\/(Messages|Calls)(?:\/(\w{34})(\/Media)?)?\.json$/i;
const messageSid = /^(?:SM|MM)[0-9a-f]{32}$/i;

/** The part of Twilio's API that sends messages, and reads messages and calls back. */
export const answerApiRequest = (request: ApiRequest, state: ApiState): ApiResult => {
  const url = new URL(request.target, 'http://127.0.0.1');
  const [, accountSid, collection, sid, media] = path.exec(url.pathname) ?? [];
  const account = state.accounts.find((candidate) => candidate.accountSid === accountSid);
  if (!isAuthorized(request.authorization, account, state.key)) {
    return { answer: apiError(401, 20003, 'Authenticate') };
  }
  if (account === undefined) return { answer: notFound() };
  if (request.method === 'POST' && collection === 'Messages' && sid === undefined) {
    return create(request, account.accountSid, state);
  }
  if (request.method !== 'GET') return { answer: apiError(405, 20004, 'Method not allowed') };
  if (collection === 'Calls') return { answer: readCalls(account.accountSid, sid, state, url) };
  const messages = messagesOf(account.accountSid, state);
  if (sid === undefined) return { answer: listMessages(messages, state, url) };
  const found = messages.find((message) => message.sid === sid);
  if (found === undefined) return { answer: notFound() };
  return { answer: media === undefined ? { status: 200, body: messageResource(found) } : listMedia(found, url) };
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
  return { answer: { status: 201, body: messageResource(messageFacts(created)) }, created };
};

/** Of one account, newest first. The stand-in knows more of a message that it sent than its status callbacks do. */
const messagesOf = (accountSid: string, { messages, lists }: ApiState): readonly ListedMessage[] => {
  const isOfAccount = (message: { readonly accountSid: string }) => message.accountSid === accountSid;
  const found = new Map(messages.filter(isOfAccount).map((message) => [message.sid, listedMessage(message)]));
  for (const message of lists.messages.filter(isOfAccount)) {
    const sent = found.get(message.sid);
    found.set(message.sid, sent === undefined ? message : messageAfter(sent, message));
  }
  return newestFirst([...found.values()]);
};

const newestFirst = <Item extends { readonly createdAt: number }>(items: readonly Item[]): readonly Item[] =>
  items.toSorted((one, other) => one.createdAt - other.createdAt).toReversed();

/** Whether the filters of a query, each with a field, and the lag of the lists allow an item. */
const isListed = (query: URLSearchParams, filters: readonly string[], listedUntil: number) => {
  const wanted = filters.map((name) => [name.toLowerCase(), query.get(name)] as const);
  return (item: { readonly createdAt: number }): boolean =>
    item.createdAt <= listedUntil &&
    wanted.every(([field, value]) => value === null || (item as Readonly<Record<string, unknown>>)[field] === value);
};

const listMessages = (messages: readonly ListedMessage[], { listedUntil, pageSize }: ApiState, url: URL): ApiAnswer => {
  const isSentThen = dateFilter(url.searchParams, 'DateSent');
  if (isSentThen === undefined) return invalidDate;
  const isWanted = isListed(url.searchParams, ['To', 'From'], listedUntil);
  const items = messages.filter((message) => isWanted(message) && isSentThen(message.sentAt));
  return listPage({ name: 'messages', items, show: messageResource }, url, pageSize);
};

const readCalls = (accountSid: string, sid: string | undefined, state: ApiState, url: URL): ApiAnswer => {
  const calls = newestFirst(state.lists.calls.filter((call) => call.accountSid === accountSid));
  if (sid !== undefined) {
    const found = calls.find((call) => call.sid === sid);
    return found === undefined ? notFound() : { status: 200, body: callResource(found) };
  }
  const isStartedThen = dateFilter(url.searchParams, 'StartTime');
  if (isStartedThen === undefined) return invalidDate;
  const isWanted = isListed(url.searchParams, ['To', 'From', 'Status'], state.listedUntil);
  const items = calls.filter((call) => isWanted(call) && isStartedThen(call.createdAt));
  return listPage({ name: 'calls', items, show: callResource }, url, state.pageSize);
};

const listMedia = (message: ListedMessage, url: URL): ApiAnswer =>
  listPage({ name: 'media_list', items: message.media, show: (medium) => mediumResource(message, medium) }, url);

const invalidDate = apiError(400, 20001, 'Invalid date value');

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** HTTP Basic with the API key, or with the account's SID and Auth Token. */
const isAuthorized = (header: string | undefined, account: TwilioAccount | undefined, key: ApiKey): boolean => {
  const credentials = Buffer.from(/^Basic (\S+)$/i.exec(header ?? '')?.[1] ?? '', 'base64').toString('utf8');
  if (isSame(credentials, `${key.apiKey}:${key.apiSecret}`)) return true;
  return account !== undefined && isSame(credentials, `${account.accountSid}:${account.authToken}`);
};
