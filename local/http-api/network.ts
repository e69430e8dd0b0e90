import { createHash } from 'node:crypto';
import { routeNames } from '../../lambda/shared/contract/routes';
import type { SentWebhook } from '../twilio/lists/sent-webhooks';

/** What is between Twilio and the HTTP API. */
export interface Network {
  /** Called for each signed request. @returns whether it never reaches the API */
  readonly loses: (webhook: SentWebhook) => boolean;
  /** What was lost until now; undefined where nothing is to be lost. */
  readonly swallowed: () => Swallowed | undefined;
}

export interface Swallowed {
  /** Without the retries of one. */
  readonly webhooks: number;
  readonly requests: number;
}

export interface NetworkOptions {
  readonly onSent: ((webhook: SentWebhook) => void) | undefined;
  /** The share of webhooks that get lost, from 0 to 1; undefined loses none. */
  readonly swallow: number | undefined;
}

export const createNetwork = ({ onSent, swallow }: NetworkOptions): Network => {
  const webhooks = new Set<number>();
  let requests = 0;
  return {
    loses: (webhook) => {
      onSent?.(webhook);
      if (swallow === undefined || !isForWebhooks(webhook.target)) return false;
      const number = numberOf(webhook);
      if (number >= swallow * 2 ** 32) return false;
      webhooks.add(number);
      requests += 1;
      return true;
    },
    swallowed: () => (swallow === undefined ? undefined : { webhooks: webhooks.size, requests }),
  };
};

const isForWebhooks = (target: string): boolean => {
  const name = /([^/?]*)(?:\?|$)/.exec(target)?.[1];
  return routeNames.some((route) => route === name);
};

/** The same for every retry, which differs in headers only: a webhook that is lost stays lost. */
const numberOf = ({ method, target, body }: SentWebhook): number =>
  createHash('sha256').update(`${method} ${target}\n`).update(body).digest().readUInt32BE();
