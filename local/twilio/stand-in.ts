import type { StandInReply } from '../../lambda/shared/contract/stand-in-reply';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SigningAccount } from '../accounts';
import { isCalledByLoopbackName, readBody, startLoopbackServer, type ServeRequest } from '../server/loopback-server';
import { apiError } from './api-error';
import type { GatewayOrigins } from './callback-url';
import { statuses, type OutgoingMessage } from './message';
import { openMessageStore } from './message-store';
import { answerApiRequest, type ApiKey } from './messages-api';
import { hasOptedOut, optOutsAfter, type PublishedEvent } from './opt-outs';
import { createKeyMemory } from './key-memory';
import { createListErrors, type ListConditions } from './lists/list-conditions';
import { createLists, type Lists } from './lists/lists';
import { openSentWebhooks, type SentWebhook } from './lists/sent-webhooks';
import { postStatusCallback } from './status-callbacks';

export interface TwilioStandInOptions {
  /** A file to keep the messages in; undefined keeps them in memory. */
  readonly storePath: string | undefined;
  /** A file to keep the webhooks in that were sent to the gateway; undefined keeps them in memory. */
  readonly sentPath?: string | undefined;
  /** How the lists behave; asked for each request. */
  readonly listConditions?: (() => ListConditions) | undefined;
  /** The accounts in the gateway's secrets, as they are now. */
  readonly accounts: () => Promise<readonly SigningAccount[]>;
  readonly origins: GatewayOrigins;
  /** Receives lines without text and numbers: a new message, and a status callback that failed. */
  readonly onLine: (line: string) => void;
  /** Milliseconds between two statuses of a message. */
  readonly statusDelayMs?: number;
}

export interface TwilioStandIn {
  /** Replaces `https:/` in the URLs of requests: `<baseUrl>/api.twilio.com/2010-04-01/…` */
  readonly baseUrl: string;
  /** A made-up API key that is valid for all the accounts. */
  readonly key: ApiKey;
  /** Learns from the gateway's events who has opted out. */
  readonly onPublished: (event: PublishedEvent) => void;
  /** Learns of a signed request to the gateway: if the signature is genuine, the message is in the lists. */
  readonly onSent: (webhook: SentWebhook) => void;
  /** Reports the remaining statuses of messages that are left from an earlier run of the gateway. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

const goodDay = (): ListConditions => ({});
const noLists: Lists = { messages: [], calls: [] };
const defaultStatusDelayMs = 200;
const maxRequestBytes = 256 * 1024;
/** The statuses for which Twilio sends a status callback. */
const reportedStatuses = ['sent', 'delivered'];
/** Used instead of the number that a Messaging Service would choose, because the stand-in does not know its numbers. */
const senderOfServices = '+15550100099';

/**
 * Twilio's message API on the loopback interface. It sends nothing: it keeps what it was asked to send, and reports
 * it as delivered by signed status callbacks.
 */
export const startTwilioStandIn = async (options: TwilioStandInOptions): Promise<TwilioStandIn> => {
  const { origins, onLine, listConditions = goodDay, statusDelayMs = defaultStatusDelayMs } = options;
  const store = await openMessageStore(options.storePath);
  const { accounts, keysOf } = createKeyMemory(options.accounts);
  const sent = await openSentWebhooks({
    path: options.sentPath,
    // The next webhooks may be signed with another key.
    onBlock: () => void accounts().catch(() => undefined),
  });
  const readLists = createLists({ sent, keysOf, origins });
  const listError = createListErrors(listConditions);
  const key = { apiKey: `SK${randomBytes(16).toString('hex')}`, apiSecret: randomBytes(24).toString('base64url') };
  const stopping = new AbortController();
  const deliveries = new Set<Promise<void>>();

  const authToken = async (accountSid: string): Promise<string | undefined> =>
    (await accounts()).find((account) => account.accountSid === accountSid)?.authToken;

  const deliver = async ({ sid, status: first }: OutgoingMessage): Promise<void> => {
    for (const status of statuses.slice(statuses.indexOf(first) + 1)) {
      await sleep(statusDelayMs, undefined, { signal: stopping.signal });
      const known = store.messages().find((message) => message.sid === sid);
      if (known === undefined) return;
      await store.update(sid, { status, from: known.from ?? senderOfServices });
      const message = store.messages().find((candidate) => candidate.sid === sid);
      if (message === undefined || !reportedStatuses.includes(status)) continue;
      const settings = { origins, authToken, signal: stopping.signal };
      const problem = await postStatusCallback(message, status, settings);
      if (problem !== undefined) onLine(`reply ${sid}: the status callback "${status}" was not delivered: ${problem}`);
    }
  };

  /** Never rejects: a reply must not end the gateway. */
  const startDelivery = (message: OutgoingMessage): void => {
    const done: Promise<void> = deliver(message)
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        onLine(
          `reply ${message.sid}: it gets no further status (${error instanceof Error ? error.name : 'unknown error'})`,
        );
      })
      .finally(() => deliveries.delete(done));
    deliveries.add(done);
  };

  const answerApi = async (...[request, body]: [Parameters<ServeRequest>[0], Buffer]) => {
    const { method = '', url: target = '/', headers } = request;
    const header = headers['x-gateway-in-reply-to'];
    const refused = method === 'GET' ? listError() : undefined;
    if (refused !== undefined) return refused;
    const { lagMs, pageSize } = listConditions();
    const known = await accounts();
    const lists = method === 'GET' ? await readLists() : noLists;
    const { answer, created } = answerApiRequest(
      {
        method,
        target,
        authorization: headers.authorization,
        inReplyTo: typeof header === 'string' ? header : undefined,
        form: new URLSearchParams(body.toString('utf8')),
      },
      {
        accounts: known,
        key,
        messages: store.messages(),
        lists,
        listedUntil: lagMs === undefined ? Infinity : Date.now() - lagMs,
        pageSize,
        hasOptedOut: (message) => hasOptedOut(store.optOuts(), message),
      },
    );
    if (created !== undefined) {
      await store.add(created);
      const { sid, inReplyTo, status } = created;
      onLine(`reply ${sid}${inReplyTo === null ? '' : ` to ${inReplyTo}`}: ${status}`);
      startDelivery(created);
    }
    return answer;
  };

  const answer = async (request: Parameters<ServeRequest>[0]) => {
    if (!isCalledByLoopbackName(request)) return apiError(403, 20403, 'Only loopback addresses are served');
    const body = await readBody(request, maxRequestBytes);
    if (body === undefined) return apiError(413, 20413, 'The request is too large');
    if (request.method === 'GET' && request.url === '/replies') {
      return { status: 200, body: store.messages().toReversed().map(replyOf) };
    }
    return answerApi(request, body);
  };

  const server = await startLoopbackServer(async (request, response) => {
    const result = await answer(request).catch(() => apiError(500, 20500, 'The stand-in failed'));
    if (response.destroyed) return;
    response.writeHead(result.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result.body));
  });
  let unfinished = store.messages();

  return {
    baseUrl: server.endpoint,
    key,
    onPublished: (event) => {
      const optOuts = optOutsAfter(store.optOuts(), event);
      if (optOuts === store.optOuts()) return;
      store.setOptOuts(optOuts).catch(() => onLine('replies: an opt-out cannot be kept'));
    },
    onSent: sent.add,
    resume: () => {
      // Remembers the keys that sign from now on.
      void accounts().catch(() => undefined);
      for (const message of unfinished) startDelivery(message);
      unfinished = [];
    },
    close: async () => {
      stopping.abort();
      await server.close();
      await Promise.all(deliveries);
      await store.close();
      await sent.close();
    },
  };
};

const replyOf = ({ sid, createdAt, to, from, body, inReplyTo, status }: OutgoingMessage): StandInReply => ({
  sid,
  at: createdAt,
  to,
  from,
  body,
  inReplyTo,
  status,
});
