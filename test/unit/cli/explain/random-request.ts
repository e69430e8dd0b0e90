import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { routeNames, type RouteName } from '../../../../lambda/shared/contract/routes';
import {
  accountA,
  accountB,
  baseUrl,
  debuggerEvent,
  encodeForm,
  messageSid,
  sms,
  status,
  usage,
  type Fields,
} from '../../ingress/fakes';
import { keyNames, keys, type KeyName } from './random-stage';

/** A request as it is sent, before anything has parsed it. */
export interface SentRequest {
  readonly route: RouteName;
  readonly method: string;
  readonly host: string;
  /** Without `?`. */
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

const anyOf = <const T>(...values: readonly T[]) => fc.constantFrom(...values);
/** Mostly the first. */
const mostly = <const T>(usual: T, ...others: readonly T[]) =>
  fc.oneof({ weight: 40, arbitrary: fc.constant(usual) }, ...others.map((other) => fc.constant(other)));

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
const fieldSets: readonly Fields[] = [
  sms,
  status,
  usage,
  debuggerEvent,
  without(sms, 'AccountSid'),
  without(status, 'MessageSid'),
  { ...sms, AccountSid: accountB },
  { ...sms, AccountSid: `AC${'9'.repeat(32)}` },
  { ...sms, AccountSid: 'AC1' },
  { ...sms, AccountSid: [accountA, accountB] },
  { ...sms, MessageSid: [messageSid, `SM${'7'.repeat(32)}`] },
  { ...sms, MessageSid: 'SM1', Body: 'a=b&c +%ü' },
  { ...status, MessageStatus: 'DELIVERED' },
  { ...status, MessageStatus: 'no status', ErrorCode: 'x' },
  { interactionAccountSid: accountA, interactionType: 'Message' },
  {},
];
const cloudEvent = { specversion: '1.0', source: 'made-up', type: 'com.twilio.test', id: 'EZ1', data: {} };
const jsons = [[cloudEvent], cloudEvent, { choice: '1' }, [{ id: '' }], 'text', [cloudEvent, { a: 1 }]];
const queries = ['', '', 'order=17', 'to=a%40b%3Ac', 'b=2&a=1', "name=it's+me", 'x=%27+y', 'bodySHA256=1'];
const jsonTypes = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'];
const otherTypes = ['text/plain', 'application/x-www-form-urlencoded; charset=latin1', 'multipart/form-data'];

/** Changes made to a request after it was signed. */
const tamperings = {
  none: (sent: SentRequest): SentRequest => sent,
  body: (sent: SentRequest) => ({ ...sent, body: Buffer.concat([sent.body, Buffer.from('&x=1')]) }),
  query: (sent: SentRequest) => ({ ...sent, query: `${sent.query}&utm=1` }),
  queryOrder: (sent: SentRequest) => ({ ...sent, query: sent.query.split('&').sort().join('&') }),
  queryEscapes: (sent: SentRequest) => ({ ...sent, query: sent.query.replace(/['@]/g, encodeURIComponent) }),
  space: (sent: SentRequest) => ({ ...sent, query: sent.query.replaceAll('+', '%20') }),
  largeBody: (sent: SentRequest) => ({ ...sent, body: Buffer.alloc(70_000, 'x') }),
  largeQuery: (sent: SentRequest) => ({ ...sent, query: 'x'.repeat(8_193) }),
  manyParams: (sent: SentRequest) => ({ ...sent, body: Buffer.from('a=1&'.repeat(300)) }),
  noBody: (sent: SentRequest) => ({ ...sent, body: Buffer.alloc(0) }),
  replayedElsewhere: (sent: SentRequest): SentRequest => ({ ...sent, route: 'events' }),
} as const;
const tamperingNames = Object.keys(tamperings) as (keyof typeof tamperings)[];

const randomParts = fc.record({
  route: anyOf(...routeNames),
  method: fc.oneof({ weight: 8, arbitrary: fc.constant('POST') }, anyOf('GET', 'GET', 'PUT')),
  isJson: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  /** Undefined for the usual fields of the route. */
  fields: fc.oneof(fc.constant(undefined), anyOf(...fieldSets)),
  isElsewhere: mostly(false, true, true),
  json: fc.oneof(anyOf(...jsons.map((value) => JSON.stringify(value))), anyOf('{', '')),
  hash: fc.oneof(
    { weight: 2, arbitrary: fc.constant('right' as const) },
    anyOf('missing', 'missing', 'wrong', 'twice'),
  ),
  jsonType: anyOf(...jsonTypes),
  query: anyOf(...queries),
  key: fc.oneof({ weight: 6, arbitrary: anyOf<KeyName>('current') }, anyOf(...keyNames)),
  host: mostly('hooks.example', 'abc.execute-api.eu-west-1.amazonaws.com'),
  signature: mostly('as made', 'absent', 'absent', 'short', 'other', 'twice'),
  settings: mostly('right', 'absent', 'contradicts'),
  contentType: mostly(undefined, 'absent', ...otherTypes),
  encoding: mostly(undefined, 'gzip', 'identity'),
  basic: anyOf('twilio:right', 'second:old', 'twilio:right', undefined, 'twilio:wrong'),
  tampering: mostly(...(tamperingNames as [keyof typeof tamperings])),
});
type Parts = typeof randomParts extends fc.Arbitrary<infer T> ? T : never;

const ofRoute: Readonly<Record<RouteName, Fields>> = { messages: sms, status, usage, events: debuggerEvent };

/** Signs as Twilio documents, without code of the gateway. */
const signatureOf = (keyName: KeyName, url: string, fields: Fields): string => {
  const { algorithm, secret } = keys[keyName];
  const text = Object.entries(fields)
    .sort(([name], [other]) => (name < other ? -1 : 1))
    .map(([name, value]) =>
      [...new Set([value].flat())]
        .sort()
        .map((each) => name + each)
        .join(''),
    )
    .join('');
  return createHmac(algorithm, secret)
    .update(url + text)
    .digest('base64');
};

const signatureHeaders = (parts: Parts, signature: string): SentRequest['headers'] => {
  const name = 'X-Twilio-Signature';
  const settings: SentRequest['headers'] =
    parts.settings === 'absent' || (parts.settings === 'right' && keys[parts.key].algorithm === 'sha1')
      ? []
      : [
          [
            'X-Twilio-Webhooks-Signature-Settings',
            `key=made-up,algorithm=${parts.settings === 'right' ? 'HMAC_SHA256' : 'HMAC_SHA512'}`,
          ],
        ];
  switch (parts.signature) {
    case 'as made':
      return [[name, signature], ...settings];
    case 'absent':
      return settings;
    case 'short':
      return [[name, signature.slice(0, -2)], ...settings];
    case 'other':
      return [[name, `${'B'.repeat(27)}=`], ...settings];
    case 'twice':
      return [[name, signature], [name.toLowerCase(), signature], ...settings];
  }
};

const requestOf = (parts: Parts): SentRequest => {
  const isGet = parts.method === 'GET';
  const isJson = parts.isJson && !isGet;
  const route = isJson && !parts.isElsewhere ? 'events' : parts.route;
  const fields = parts.fields ?? ofRoute[route];
  const body = isJson ? parts.json : encodeForm(fields);
  const hash = createHash('sha256')
    .update(parts.hash === 'wrong' ? 'other' : body)
    .digest('hex');
  const hashes = parts.hash === 'missing' ? [] : parts.hash === 'twice' ? [hash, '1'] : [hash];
  const ofJson = isJson ? hashes.map((value) => `bodySHA256=${value}`) : [];
  const query = [parts.query, ...(isGet ? [body] : ofJson)].filter((part) => part !== '').join('&');
  const url = `${baseUrl}/${route}${query === '' ? '' : `?${query}`}`;
  const signature = signatureOf(parts.key, url, isGet || isJson ? {} : fields);
  const usualType = isJson ? parts.jsonType : 'application/x-www-form-urlencoded';
  const contentType = parts.contentType === 'absent' ? undefined : (parts.contentType ?? usualType);
  return tamperings[parts.tampering]({
    route,
    method: parts.method,
    host: parts.host,
    query,
    headers: [
      ...(contentType === undefined ? [] : [['Content-Type', contentType] as const]),
      ...(parts.encoding === undefined ? [] : [['Content-Encoding', parts.encoding] as const]),
      ...(parts.basic === undefined
        ? []
        : [['Authorization', `Basic ${Buffer.from(parts.basic).toString('base64')}`] as const]),
      ...signatureHeaders(parts, signature),
    ],
    body: isGet ? Buffer.alloc(0) : Buffer.from(body),
  });
};

/** Requests of every route: usual ones, odd ones that occur in practice, and known attacks. */
export const randomRequest: fc.Arbitrary<SentRequest> = randomParts.map(requestOf);
