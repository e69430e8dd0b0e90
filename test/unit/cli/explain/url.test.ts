import {
  curl,
  explain,
  formText,
  itNamesTheCause,
  messagesUrl,
  query,
  sentJson,
  signature,
  signedOver,
  smsForm,
  type Sent,
} from './fixture';

describe('explain says genuine and exits 0', () => {
  it.each<[string, Sent]>([
    ['accepts a form', signedOver(messagesUrl)],
    ['accepts a form with a query', signedOver(`${messagesUrl}?${query}`, smsForm, { url: `${messagesUrl}?${query}` })],
    ['accepts a batch of events in JSON', sentJson()],
    [
      'accepts a capture that went through another host',
      signedOver(messagesUrl, smsForm, { url: 'http://127.0.0.1:9/dev/messages' }),
    ],
    ['accepts a signature with the standard port', signedOver('https://public.example:443/dev/messages')],
  ])('%s', async (_title, sent) => {
    const { exitCode, report } = await explain(curl(sent));
    expect(report).toMatchObject({ verdict: 'genuine', causes: [], notes: [] });
    expect([200, 204]).toContain(report.gatewayAnswer?.status);
    expect(exitCode).toBe(0);
  });
});

describe('explain notes, and exits 0, where Twilio signed the query in another form than it sent', () => {
  it.each<[string, string, string]>([
    ['sorted', 'z=1&a=2&m=3', 'a=2&m=3&z=1'],
    ['another order of few parameters', 'z=1&a=2&m=3', 'm=3&a=2&z=1'],
    ['a space became %20', 'name=a+b%2Cc', 'name=a%20b%2Cc'],
    ['an apostrophe next to a + was escaped', "name=it's+me", 'name=it%27s+me'],
    ['@ and : were escaped', 'to=a@b:c', 'to=a%40b%3Ac'],
  ])('%s', async (_title, signed, sent) => {
    const request = signedOver(`${messagesUrl}?${signed}`, smsForm, { url: `${messagesUrl}?${sent}` });
    const { exitCode, report } = await explain(curl(request));
    expect(report).toMatchObject({ verdict: 'genuine', causes: [], notes: [{ id: 'query-form' }] });
    expect(exitCode).toBe(0);
  });
});

describe('explain names a cause in the URL', () => {
  itNamesTheCause([
    // The URL
    ['url-scheme', 'http was signed', signedOver(messagesUrl.replace('https', 'http'))],
    ['url-trailing-slash-added', 'a slash was signed', signedOver(`${messagesUrl}/`)],
    ['url-stage-missing', 'the stage was not signed', signedOver('https://public.example/messages')],
    ['url-other-stage', 'another stage was signed', signedOver('https://public.example/prod/messages')],
    ['url-other-route', 'another route was signed', signedOver('https://public.example/dev/status')],
    ['url-port', 'a port was signed', signedOver('https://public.example:8443/dev/messages')],
    [
      'url-userinfo',
      'user and password were signed',
      signedOver('https://me:pass@public.example/dev/messages', smsForm, {
        headers: { Authorization: `Basic ${Buffer.from('me:pass').toString('base64')}` },
      }),
    ],
    ['url-fragment', 'the connection overrides were signed', signedOver(`${messagesUrl}#rc=3&rp=4xx,5xx,ct,rt`)],
    [
      'url-host',
      'the host of the capture was signed',
      signedOver('https://hooks.example/dev/messages', smsForm, {
        url: 'https://hooks.example/dev/messages',
      }),
    ],
    [
      'url-host',
      'X-Forwarded-Host was signed',
      signedOver('https://tunnel.example/dev/messages', smsForm, {
        headers: { 'X-Forwarded-Host': 'tunnel.example' },
      }),
    ],
    [
      'url-path-case',
      'capital letters were signed',
      signedOver('https://public.example/dev/Messages', smsForm, {
        url: 'https://public.example/dev/Messages',
      }),
    ],
    [
      'url-path',
      'another path was signed',
      signedOver('https://public.example/hooks/in/messages', smsForm, {
        url: 'https://public.example/hooks/in/messages',
      }),
    ],
    // The query
    ['query-added', 'the query was not signed', signedOver(messagesUrl, smsForm, { url: `${messagesUrl}?utm=1` })],
    [
      'query-order',
      'the query was reversed',
      signedOver(`${messagesUrl}?z=1&a=2&m=3&c=4&b=5`, smsForm, {
        url: `${messagesUrl}?b=5&c=4&m=3&a=2&z=1`,
      }),
    ],
    [
      'query-encoding',
      'it was escaped twice',
      signedOver(`${messagesUrl}?name=a%2Cb`, smsForm, { url: `${messagesUrl}?name=a%252Cb` }),
    ],
    [
      'query-encoding',
      'a comma was escaped',
      signedOver(`${messagesUrl}?name=a,b`, smsForm, { url: `${messagesUrl}?name=a%2Cb` }),
    ],
    [
      'query-param-added',
      'a proxy added one',
      signedOver(`${messagesUrl}?order=17`, smsForm, { url: `${messagesUrl}?order=17&proxied=yes` }),
    ],
    ['query-mark', 'an empty query was signed', signedOver(`${messagesUrl}?`)],
    [
      'query-as-params',
      'it was signed twice',
      signedOver(`${messagesUrl}?order=17`, { ...smsForm, order: '17' }, { url: `${messagesUrl}?order=17` }),
    ],
    ['params-in-query', 'a GET was signed', { signature: signature(`${messagesUrl}?${formText(smsForm)}`) }],
  ]);

  it('query-missing: the request arrived without the query of --url', async () => {
    const url = `${messagesUrl}?order=17`;
    const { ids } = await explain(curl({ signature: signature(url, smsForm) }), ['--url', url]);
    expect(ids).toEqual(['query-missing']);
  });

  it('url-trailing-slash-removed: the configured URL ends with a slash', async () => {
    const { ids } = await explain(curl(signedOver(messagesUrl)), ['--url', `${messagesUrl}/`]);
    expect(ids).toEqual(['url-trailing-slash-removed']);
  });

  it('url-stage-added: a custom domain has no stage', async () => {
    const { ids } = await explain(curl(signedOver('https://hooks.example/dev/messages')), [
      '--url',
      'https://hooks.example/messages',
    ]);
    expect(ids).toEqual(['url-stage-added']);
  });
});
