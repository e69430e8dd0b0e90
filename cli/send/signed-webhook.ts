import type { SharedKey } from '../../lambda/shared/credentials/account-secret';
import type { BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import type { Params } from '../../lambda/shared/payload/form';
import { bodyHash } from '../../lambda/shared/signature/body-hash';
import {
  sign,
  signatureSettingsHeader,
  signedTextOf,
  signedUrl,
  type SigningKey,
} from '../../lambda/shared/signature/signature';
import { eventIdOf, signedTextHash } from '../../lambda/shared/payload/event-id';
import { readJson, readParams } from '../../lambda/shared/payload/reading';
import type { WebhookAddress } from '../target/target';
import type { Payload } from './twilio-payloads';

/** A webhook ready to post, signed as Twilio signs. */
export interface SignedWebhook {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The id under which the gateway stores it. */
  readonly eventId: string;
}

const encodeForm = (params: Params): Buffer =>
  Buffer.from(
    new URLSearchParams(
      Object.entries(params).flatMap(([name, value]) => [value].flat().map((item): [string, string] => [name, item])),
    ).toString(),
  );

const authorization = (basic: BasicCredential | undefined): Readonly<Record<string, string>> =>
  basic === undefined
    ? {}
    : { authorization: `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}` };

/** One more byte, so that the signature no longer matches. */
const tampered = (body: Buffer): Buffer => Buffer.concat([body, Buffer.from(' ')]);

export interface SigningOptions {
  readonly authToken: string;
  /** Signs in place of the Auth Token, with HMAC-SHA256. */
  readonly sharedKey?: SharedKey | undefined;
  /** The query of the configured URL, without `?`, exactly as it is sent and signed. */
  readonly query: string;
  readonly tamper: boolean;
  /** A UUID; Twilio sends one with every webhook. */
  readonly idempotencyToken: string;
  /** The credentials for Basic authentication; they are not part of the signed URL. */
  readonly basic: BasicCredential | undefined;
}

/** @see https://www.twilio.com/docs/usage/security#validating-requests */
export const signWebhook = (payload: Payload, address: WebhookAddress, options: SigningOptions): SignedWebhook => {
  const { sharedKey } = options;
  const key: SigningKey =
    sharedKey === undefined
      ? { algorithm: 'HMAC-SHA1', secret: options.authToken }
      : { algorithm: 'HMAC-SHA256', secret: sharedKey.key };
  const { content } = payload;
  const body = content.type === 'form' ? encodeForm(content.params) : Buffer.from(JSON.stringify(content.value));
  const query = [options.query, ...(content.type === 'json' ? [`bodySHA256=${bodyHash(body)}`] : [])]
    .filter((part) => part !== '')
    .join('&');
  const search = query === '' ? '' : `?${query}`;
  const url = `${address.signedUrl}${search}`;
  const signed = content.type === 'form' ? { url, params: content.params } : signedUrl(url);
  const signature = sign(key, signed);
  return {
    url: `${address.postUrl}${search}`,
    headers: {
      accept: '*/*',
      'content-type': content.type === 'form' ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json',
      'i-twilio-idempotency-token': options.idempotencyToken,
      'user-agent': 'TwilioProxy/1.1',
      'x-home-region': 'us1',
      'x-twilio-signature': signature,
      ...(sharedKey === undefined ? {} : { [signatureSettingsHeader]: `key=${sharedKey.name},algorithm=HMAC_SHA256` }),
      ...authorization(options.basic),
    },
    body: options.tamper ? tampered(body) : body,
    eventId: eventIdOf(
      content.type === 'form' ? readParams(payload.kind, content.params) : readJson(body),
      signedTextHash(signedTextOf(signed.url, signed.params)),
    ),
  };
};
