import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GatewayOrigins } from '../callback-url';
import { callAfter, callOf, type ListedCall } from './listed-call';
import { readGenuineWebhook, type GenuineWebhook, type KeysOf } from './genuine-webhook';
import { messageAfter, messageOf, type ListedMessage } from './listed-message';
import type { SentWebhooks } from './sent-webhooks';

/** What Twilio knows of the webhooks that were sent to the gateway, whatever became of them. Oldest first. */
export interface Lists {
  readonly messages: readonly ListedMessage[];
  readonly calls: readonly ListedCall[];
}

export interface ListsOptions {
  readonly sent: Pick<SentWebhooks, 'take'>;
  readonly keysOf: KeysOf;
  readonly origins: GatewayOrigins;
}

/** More are forgotten, the oldest first. */
const maxKept = 50_000;
/** Webhooks that are read in one turn of the event loop. Functions run in this process, and wait meanwhile. */
const readInOneTurn = 200;

/** @returns reads the webhooks since the last call, and gives the lists with them */
export const createLists = ({ sent, keysOf, origins }: ListsOptions): (() => Promise<Lists>) => {
  const messages = new Map<string, ListedMessage>();
  const calls = new Map<string, ListedCall>();
  let last: Promise<void> = Promise.resolve();

  const learn = (webhook: GenuineWebhook): void => {
    const message = messageOf(webhook);
    if (message !== undefined) keep(messages, message, messageAfter);
    const call = callOf(webhook);
    if (call !== undefined) keep(calls, call, callAfter);
  };
  const read = async (): Promise<void> => {
    const webhooks = sent.take();
    for (const [at, webhook] of webhooks.entries()) {
      const genuine = readGenuineWebhook(webhook, keysOf, origins);
      if (genuine !== undefined) learn(genuine);
      if (at % readInOneTurn === readInOneTurn - 1) await nextTurn();
    }
  };
  return async () => {
    // One after another: two requests at once must both see all.
    last = last.catch(() => undefined).then(read);
    await last;
    return { messages: [...messages.values()], calls: [...calls.values()] };
  };
};

interface Item {
  readonly accountSid: string;
  readonly sid: string;
}

const keep = <T extends Item>(items: Map<string, T>, next: T, after: (known: T, next: T) => T): void => {
  const key = `${next.accountSid} ${next.sid}`;
  const known = items.get(key);
  items.set(key, known === undefined ? next : after(known, next));
  const [oldest = ''] = items.size > maxKept ? items.keys() : [];
  items.delete(oldest);
};
