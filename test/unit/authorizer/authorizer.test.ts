import { createHmac } from 'node:crypto';
import { signedUrls } from '../../../lambda/authorizer/signed-urls';
import { accountA, accountB, noAlternates, tokenA, tokenB } from '../ingress/fakes';
import { connectEvent, createTestAuthorizer, handshakeSignature, methodArn, webSocketUrl } from './fakes';

const signed = (url: string, query = {}, token = tokenA) =>
  connectEvent({ 'x-twilio-signature': [handshakeSignature(url, token)] }, query);

test('allows a genuine handshake on exactly its own route, and names the account to the integrations', async () => {
  const { authorize, lines } = createTestAuthorizer();
  expect(await authorize(connectEvent())).toEqual({
    principalId: accountA,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: methodArn }],
    },
    context: { accountSid: accountA },
  });
  expect(lines).toEqual([
    {
      level: 'info',
      fields: {
        requestId: 'request-1',
        route: '$connect',
        durationMs: 0,
        sourceIp: '192.0.2.7',
        userAgent: 'test',
        reason: 'accepted',
        account: accountA.slice(-6),
        tokenSlot: 'current',
        staleSecret: false,
      },
    },
  ]);
});

test.each([
  ['without a slash at the end', webSocketUrl],
  ['with one', `${webSocketUrl}/`],
  ['with the port of the scheme', webSocketUrl.replace('.com/', '.com:443/')],
  ['with both', `${webSocketUrl.replace('.com/', '.com:443/')}/`],
])('allows a URL that was signed %s, whichever is configured', async (_name, url) => {
  for (const configured of [webSocketUrl, `${webSocketUrl}/`]) {
    const { decide } = createTestAuthorizer(undefined, { webSocketUrl: configured });
    expect(await decide(signed(url))).toBe('Allow');
  }
});

test('allows a handshake that a SharedKey signed, and rejects the Auth Token in its place', async () => {
  const { decide } = createTestAuthorizer({
    a: {
      current: { accountSid: accountA, authToken: tokenA, sharedKeys: [{ name: 'key', key: 'made-up-key' }] },
      alternates: noAlternates,
    },
  });
  for (const [secret, effect] of [
    ['made-up-key', 'Allow'],
    [tokenA, 'Deny'],
  ] as const) {
    const signature = createHmac('sha256', secret).update(webSocketUrl).digest('base64');
    const headers = {
      'X-Twilio-Signature': [signature],
      'X-Twilio-Webhooks-Signature-Settings': ['key=key,algorithm=HMAC_SHA256'],
    };
    expect(await decide(connectEvent(headers))).toBe(effect);
  }
});

test.each(['x-twilio-signature', 'X-Twilio-Signature'])('reads the signature from %s', async (name) => {
  const { decide } = createTestAuthorizer();
  expect(await decide(connectEvent({ [name]: [handshakeSignature(webSocketUrl)] }))).toBe('Allow');
});

test('reads an event that has only the last value of each header', async () => {
  const { decide } = createTestAuthorizer();
  expect(await decide({ ...connectEvent(), multiValueHeaders: null })).toBe('Allow');
});

test.each([
  ['spaces as %20', '?order=17&note=a%20b', { order: ['17'], note: ['a b'] }],
  ['spaces as +', '?order=17&note=a+b', { order: ['17'], note: ['a b'] }],
  ['in another order than API Gateway gives', '?a=1&b=2', { b: ['2'], a: ['1'] }],
  ['characters that need no escape left as they are', '?to=a:b@c', { to: ['a:b@c'] }],
  ['everything escaped', '?to=a%3Ab%40c', { to: ['a:b@c'] }],
  ['a value twice', '?a=1&a=2', { a: ['1', '2'] }],
  ['text of any language', '?name=h%C3%A9llo', { name: ['héllo'] }],
])('allows a signed query with %s', async (_name, query, parameters) => {
  const { decide } = createTestAuthorizer();
  expect(await decide(signed(`${webSocketUrl}${query}`, parameters))).toBe('Allow');
  expect(await decide(signed(`${webSocketUrl}/${query}`, parameters))).toBe('Allow');
});

test('every URL that it tries parses to the received parameters, so that no unsigned request is accepted', () => {
  const hostile = ['a', '&', '=', '+', '%41', '#', '?', ' ', 'é', "'", '!', '~', '*', '/', ';', '%', '\u2028'];
  for (const name of hostile) {
    for (const value of hostile) {
      const query = [
        [name, value],
        ['b', `${value}${name}`],
      ] as const;
      for (const url of signedUrls(webSocketUrl, query)) {
        const { searchParams, hash } = new URL(url);
        expect(Object.fromEntries(searchParams)).toEqual(Object.fromEntries(query));
        expect(hash).toBe('');
      }
    }
  }
});

test.each([
  ['of another URL', signed('wss://abc.execute-api.eu-west-1.amazonaws.com/prod'), 'signature_mismatch'],
  ['of the https URL', signed(webSocketUrl.replace('wss', 'https')), 'signature_mismatch'],
  ['over another port', signed(webSocketUrl.replace('.com/', '.com:8443/')), 'signature_mismatch'],
  ['of another token', signed(webSocketUrl, {}, tokenB), 'signature_mismatch'],
  ['over a query that did not come', signed(`${webSocketUrl}?a=1`), 'signature_mismatch'],
  ['without the query that came', signed(webSocketUrl, { a: ['1'] }), 'signature_mismatch'],
  ['of two parameters that arrived as one', signed(`${webSocketUrl}?a=1&b=2`, { a: ['1&b=2'] }), 'signature_mismatch'],
  ['of an escaped escape', signed(`${webSocketUrl}?a=%41`, { a: ['%41'] }), 'signature_mismatch'],
  ['that is absent', connectEvent({}), 'signature_missing'],
  ['that is empty', connectEvent({ 'x-twilio-signature': [''] }), 'signature_missing'],
  ['that is malformed', connectEvent({ 'x-twilio-signature': ['forged'] }), 'signature_mismatch'],
  [
    'that came twice',
    connectEvent({
      'x-twilio-signature': [handshakeSignature(webSocketUrl), handshakeSignature(webSocketUrl)],
    }),
    'signature_mismatch',
  ],
  [
    'in two cases of its name',
    connectEvent({
      'x-twilio-signature': [handshakeSignature(webSocketUrl)],
      'X-Twilio-Signature': ['forged'],
    }),
    'signature_mismatch',
  ],
  ['with half a surrogate pair', signed(webSocketUrl, { a: ['\ud800'] }), 'malformed_request'],
  [
    'with more parameters than any client sends',
    signed(webSocketUrl, Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`p${at}`, ['']]))),
    'payload_too_large',
  ],
])('rejects a signature %s', async (_name, event, reason) => {
  const { authorize, lines } = createTestAuthorizer();
  expect(await authorize(event)).toEqual({
    principalId: 'unverified',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: methodArn }],
    },
  });
  expect(lines.map(({ fields }) => fields.reason)).toEqual([reason]);
});

test('rejects a malformed signature without reading a secret', async () => {
  const { decide, reads } = createTestAuthorizer();
  expect(await decide(connectEvent({ 'x-twilio-signature': ['forged'] }))).toBe('Deny');
  expect(reads).toEqual([]);
});

test('finds the account among several, and accepts the pending token during a rotation', async () => {
  const { authorize, lines } = createTestAuthorizer({
    a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
    b: {
      current: { accountSid: accountB, authToken: 'old' },
      alternates: { pending: { accountSid: accountB, authToken: tokenB }, previousUntil: 0 },
    },
  });
  const { principalId } = await authorize(signed(webSocketUrl, {}, tokenB));
  expect(principalId).toBe(accountB);
  expect(lines[0]?.fields.tokenSlot).toBe('pending');
});

test.each([
  ['the placeholder', { reason: 'placeholder' }, 'credentials_placeholder', 'gateway secret set --stage dev'],
  ['denied', { reason: 'denied' }, 'credentials_denied', 'secretsmanager:GetSecretValue'],
  ['unavailable', { reason: 'unavailable' }, 'credentials_unavailable', undefined],
] as const)('rejects while the secret is %s, with an error that says so', async (_name, current, reason, remedy) => {
  const { decide, lines } = createTestAuthorizer({ a: { current, alternates: noAlternates } });
  expect(await decide(connectEvent())).toBe('Deny');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 'error', fields: { reason } });
  if (remedy !== undefined) expect(lines[0]?.fields.detail).toContain(remedy);
});

test('rejects by its own deadline while Secrets Manager hangs', async () => {
  const { decide, lines } = createTestAuthorizer(
    { a: { current: 'hangs', alternates: noAlternates } },
    { deadlineMs: 20 },
  );
  expect(await decide(connectEvent())).toBe('Deny');
  expect(lines[0]?.fields).toMatchObject({
    reason: 'credentials_unavailable',
    detail: 'no secret was read in time',
  });
});

test('rejects an event that it cannot read instead of throwing', async () => {
  const { decide, lines } = createTestAuthorizer();
  const broken = { ...connectEvent(), requestContext: undefined } as unknown as Parameters<typeof decide>[0];
  expect(await decide(broken)).toBe('Deny');
  expect(lines[0]?.fields).toMatchObject({ reason: 'internal_error', errorName: 'TypeError' });
});

test('logs neither the signature, nor the token, nor a parameter', async () => {
  const { decide, lines } = createTestAuthorizer();
  const signature = handshakeSignature(`${webSocketUrl}?caller=%2B15550100001`);
  const event = connectEvent({ 'x-twilio-signature': [signature] }, { caller: ['+15550100001'] });
  expect(await decide(event)).toBe('Allow');
  expect(await decide({ ...event, multiValueQueryStringParameters: { caller: ['+15550100002'] } })).toBe('Deny');
  const text = JSON.stringify(lines);
  for (const secret of [signature, tokenA, '1555', accountA]) expect(text).not.toContain(secret);
});
