import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { sign } from '../lambda/shared/signature/signature';

/** Made-up credentials. */
export const account = { accountSid: `AC${'1'.repeat(32)}`, authToken: '5'.repeat(32) };
export const publicBaseUrl = 'https://webhooks.example.com/prod';
export const messagesUrl = `${publicBaseUrl}/messages`;
export const fallbackUrl = `${publicBaseUrl}/fallback`;

export type Form = Readonly<Record<string, string>>;

const sid = (prefix: string): string => prefix + randomBytes(16).toString('hex');

/** The twenty parameters of an incoming SMS from Twilio, with a text of usual length. */
export const smsForm = (changes: Form = {}): Form => {
  const messageSid = sid('SM');
  return {
    ToCountry: 'US',
    ToState: 'CA',
    SmsMessageSid: messageSid,
    NumMedia: '0',
    ToCity: 'SAN FRANCISCO',
    FromZip: '94105',
    SmsSid: messageSid,
    FromState: 'CA',
    SmsStatus: 'received',
    FromCity: 'OAKLAND',
    Body: 'Can you move my appointment to Friday at 3? Thanks a lot!',
    FromCountry: 'US',
    To: '+15550100002',
    ToZip: '94107',
    NumSegments: '1',
    MessageSid: messageSid,
    AccountSid: account.accountSid,
    From: '+15550100001',
    ApiVersion: '2010-04-01',
    MessagingServiceSid: `MG${'2'.repeat(32)}`,
    ...changes,
  };
};

/** A status callback of a message that was sent. */
export const statusForm = (changes: Form = {}): Form => {
  const messageSid = sid('SM');
  return {
    SmsSid: messageSid,
    SmsStatus: 'delivered',
    MessageStatus: 'delivered',
    To: '+15550100001',
    MessageSid: messageSid,
    AccountSid: account.accountSid,
    From: '+15550100002',
    ApiVersion: '2010-04-01',
    MessagingServiceSid: `MG${'2'.repeat(32)}`,
    ...changes,
  };
};

export const encodeForm = (form: Form): string => new URLSearchParams(form).toString();

export const signed = (form: Form, url = messagesUrl, authToken = account.authToken): string =>
  sign({ algorithm: 'HMAC-SHA1', secret: authToken }, { url, params: form });

/** Well-formed, but wrong. */
export const forgedSignature = `${'A'.repeat(27)}=`;

/** API Gateway's event for a form: payload format 2.0, with Twilio's headers. */
export const apiGatewayEvent = (
  body: string,
  signature: string | undefined,
  rawQueryString = '',
): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'ANY /messages',
  rawPath: '/prod/messages',
  rawQueryString,
  headers: {
    accept: '*/*',
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
    host: 'webhooks.example.com',
    'i-twilio-idempotency-token': 'd9a63a52-7c0f-4d0a-9b63-3f5b2c8a1e77',
    'user-agent': 'TwilioProxy/1.1',
    'x-amzn-trace-id': 'Root=1-65c1a0b2-0123456789abcdef01234567',
    'x-forwarded-for': '203.0.113.10',
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    'x-home-region': 'us1',
    ...(signature === undefined ? {} : { 'x-twilio-signature': signature }),
  },
  requestContext: {
    accountId: '111122223333',
    apiId: 'bench',
    domainName: 'webhooks.example.com',
    domainPrefix: 'webhooks',
    http: {
      method: 'POST',
      path: '/prod/messages',
      protocol: 'HTTP/1.1',
      sourceIp: '203.0.113.10',
      userAgent: 'TwilioProxy/1.1',
    },
    requestId: 'JKJaXmPLvHcESHA=',
    routeKey: 'ANY /messages',
    stage: 'prod',
    time: '24/Nov/2026:10:00:00 +0000',
    timeEpoch: 1_795_514_400_000,
  },
  body: Buffer.from(body).toString('base64'),
  isBase64Encoded: true,
});
