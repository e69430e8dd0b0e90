import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { fromNumber, testAccount, toNumber } from './test-account';

export type Form = Readonly<Record<string, string | readonly string[]>>;

export const newMessageSid = (prefix: 'SM' | 'MM' = 'SM'): string => prefix + randomBytes(16).toString('hex');

/** The canonical genuine forms of the fixtures: SMS, STATUS and USAGE. */
export const smsForm = (changes: Form = {}): Form => ({
  AccountSid: testAccount.accountSid,
  ApiVersion: '2010-04-01',
  Body: 'hello',
  From: fromNumber,
  MessageSid: newMessageSid(),
  NumMedia: '0',
  To: toNumber,
  ...changes,
});

export const statusForm = (messageSid: string, status: string, changes: Form = {}): Form => ({
  AccountSid: testAccount.accountSid,
  ApiVersion: '2010-04-01',
  From: toNumber,
  MessageSid: messageSid,
  MessageStatus: status,
  To: fromNumber,
  ...changes,
});

export const usageForm = (changes: Form = {}): Form => ({
  AccountSid: testAccount.accountSid,
  CurrentValue: '51.00',
  DateFired: 'Sun, 22 Nov 2026 00:00:00 +0000',
  IdempotencyToken: `${testAccount.accountSid}-FIRES-UT-${randomBytes(4).toString('hex')}`,
  Recurring: 'daily',
  TriggerBy: 'price',
  TriggerValue: '50.00',
  UsageCategory: 'totalprice',
  UsageTriggerSid: `UT${'0'.repeat(31)}1`,
  ...changes,
});

/** `application/x-www-form-urlencoded`; an array repeats its name. */
export const encodeForm = (form: Form): string =>
  new URLSearchParams(
    Object.entries(form).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])),
  ).toString();

/** Signs with Twilio's own helper, not with the code under test. */
export const twilioSignature = (url: string, form: Form, authToken: string = testAccount.authToken): string =>
  getExpectedTwilioSignature(authToken, url, form);

export interface RawRequest {
  readonly method?: string;
  /** Sent as given, including repeated names. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
  readonly timeoutMs?: number;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Names below `localhost` are the loopback interface, even if the system's resolver has no answer: RFC 6761, section
 * 6.3.
 */
const lookupLocalhost: LookupFunction = (hostname, options, callback) =>
  lookup(hostname.endsWith('.localhost') ? '127.0.0.1' : hostname, options, callback);

/** Sends exactly the given request, without a client that normalises URLs, headers or bodies. */
export const sendRaw = (url: string, options: RawRequest = {}): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    const at = url.indexOf('/', url.indexOf('://') + '://'.length);
    const { protocol, hostname, port, host } = new URL(url.slice(0, at));
    const body = Buffer.from(options.body ?? '');
    const headers = [...(options.headers ?? []), ['Content-Length', String(body.length)] as const];
    if (!headers.some(([name]) => name.toLowerCase() === 'host')) headers.push(['Host', host]);
    const request = protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = request(
      {
        lookup: lookupLocalhost,
        hostname,
        port,
        path: url.slice(at),
        method: options.method ?? 'POST',
        headers: headers.flat(),
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        incoming.on('error', reject);
      },
    );
    outgoing.setTimeout(options.timeoutMs ?? 20_000, () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });

export const formHeaders = (signature: string | undefined): [string, string][] => [
  ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
  ['User-Agent', 'TwilioProxy/1.1'],
  ...(signature === undefined ? [] : [['X-Twilio-Signature', signature] as [string, string]]),
];

/** Posts a form, signed as Twilio would over the same URL. */
export const postForm = (
  url: string,
  form: Form,
  options: { readonly signedUrl?: string; readonly authToken?: string } = {},
): Promise<RawResponse> =>
  sendRaw(url, {
    headers: formHeaders(twilioSignature(options.signedUrl ?? url, form, options.authToken)),
    body: encodeForm(form),
  });
