import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { GatewayEvent } from '../../shared/events/gateway-event';
import { sendHttp } from '../../shared/runtime/send-http';
import { createSecretsManager } from '../../aws/secrets-manager';
import { createSecretText } from '../aws/secret-text';
import { PermanentError } from '../permanent-error';
import { TemporaryError } from '../temporary-error';
import { isPublicAddress, publicLookup } from './public-address';
import { webhookHeaders, webhookKey } from './standard-webhooks';

export interface ForwardOptions {
  /** `https:` only, and a public address. Redirects are not followed. */
  readonly url: string | undefined;
  /** The text of the secret, `whsec_…`. */
  readonly secret: () => Promise<string>;
  /** For tests. */
  readonly send?: typeof sendHttp;
  readonly lookup?: LookupFunction;
  readonly now?: () => number;
}

export type ForwardEvent = (event: GatewayEvent, signal: AbortSignal) => Promise<void>;

/** Receivers should answer at once and work later. */
const timeoutMs = 10_000;
/** The body of the answer is not used. */
const maxAnswerBytes = 256 * 1024;
const retriedStatuses: readonly number[] = [408, 425, 429];

/** @returns a function that posts an event, signed as Standard Webhooks requires, and throws unless it gets a 2xx */
export const createForwarder = ({
  url,
  secret,
  send = sendHttp,
  lookup = publicLookup(),
  now = () => Date.now(),
}: ForwardOptions): ForwardEvent => {
  // An agent of its own, because a connection that other code has opened was not checked.
  const agent = new Agent({ keepAlive: true, lookup });
  return async (event, signal) => {
    const target = checkedUrl(url);
    const body = JSON.stringify(event);
    const headers = webhookHeaders(webhookKey(await secret()), webhookId(event), now() / 1000, body);
    const { status } = await send(
      {
        url: target,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/cloudevents+json; charset=utf-8',
          'user-agent': 'twilio-webhook-gateway',
        },
        body,
        agent,
      },
      { timeoutMs, maxAnswerBytes, signal },
    );
    if (status >= 200 && status < 300) return;
    const reason = `the endpoint answered ${status}`;
    const isFinal = status >= 400 && status < 500 && !retriedStatuses.includes(status);
    throw isFinal ? new PermanentError(reason) : new TemporaryError(reason);
  };
};

/** Reads `FORWARD_SECRET`, or the secret whose ARN is in `FORWARD_SECRET_ARN`, which is cached for five minutes. */
export const secretFromEnvironment = (env: Readonly<Record<string, string | undefined>>): (() => Promise<string>) => {
  const { FORWARD_SECRET: text, FORWARD_SECRET_ARN: arn } = env;
  if (text) return () => Promise.resolve(text);
  if (!arn) return () => Promise.reject(new TemporaryError('neither FORWARD_SECRET nor FORWARD_SECRET_ARN is set'));
  const cache = createSecretText(arn, createSecretsManager());
  return async () => {
    const found = await cache.get();
    if (found.kind === 'value') return found.value;
    throw new TemporaryError(`the forwarding secret cannot be read: ${found.failure.reason}`);
  };
};

const checkedUrl = (text: string | undefined): URL => {
  if (!text || !URL.canParse(text)) throw new TemporaryError('FORWARD_URL is not set, or is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:') throw new TemporaryError('FORWARD_URL does not begin with https:');
  if (url.username !== '' || url.password !== '') throw new TemporaryError('FORWARD_URL has a user name or a password');
  // Node calls `lookup` only for names, so an IP address in the URL is checked here. The parser has normalized it.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host))
    throw new TemporaryError('FORWARD_URL has an address that is not public');
  return url;
};

/** Unique for the event. Contains no full stop, because that separates the signed parts. */
const webhookId = ({ source, id }: GatewayEvent): string =>
  `msg_${createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex')
    .slice(0, 32)}`;
