import {
  bodyText,
  curl,
  explain,
  filled,
  formText,
  hashed,
  itNamesTheCause,
  json,
  messagesUrl,
  signature,
  signedOver,
  smsForm,
  type Sent,
} from './fixture';
import { accountSid, authToken, fakeSecrets, otherAccountSid, secretText } from '../fake-environment';

describe('explain names a cause in the header, token or request', () => {
  itNamesTheCause([
    // The header
    ['signature-missing', 'there is none', { signature: undefined }],
    ['signature-malformed', 'it is not the base64 of 20 bytes', { signature: 'abc' }],
    ['signature-altered', 'the = at its end is gone', { signature: signature(messagesUrl, smsForm).slice(0, -1) }],
    [
      'signature-altered',
      'it came twice',
      { signature: `${signature(messagesUrl, smsForm)},${signature(messagesUrl, smsForm)}` },
    ],
    // The token
    ['no-match', 'another token signed', { signature: signature(messagesUrl, smsForm, 'some-other-dummy-token') }],
    [
      'account-unknown',
      'its account is not configured',
      signedOver(
        messagesUrl,
        { ...smsForm, AccountSid: otherAccountSid },
        {
          body: formText({ ...smsForm, AccountSid: otherAccountSid }),
          signature: signature(messagesUrl, {}, 'some-other-dummy-token'),
        },
      ),
    ],
    // Rejected although the signature is right
    [
      'method-not-allowed',
      'it is a GET',
      {
        method: 'GET',
        url: `${messagesUrl}?${formText(smsForm)}`,
        body: '',
        signature: signature(`${messagesUrl}?${formText(smsForm)}`),
      },
    ],
    ['unsupported-media-type', 'it is text/plain', signedOver(messagesUrl, smsForm, { contentType: 'text/plain' })],
    [
      'unsupported-media-type',
      'it is JSON on /messages',
      {
        url: hashed(json).replace('events', 'messages'),
        body: json,
        contentType: 'application/json',
        signature: signature(hashed(json).replace('events', 'messages')),
      },
    ],
    [
      'payload-too-large',
      'the body has more than 64 KiB',
      signedOver(messagesUrl, smsForm, { body: `${formText(smsForm)}&x=${'y'.repeat(65_536)}` }),
    ],
  ]);
});

describe('explain', () => {
  const previous = 'dummy-token-before';
  const other = 'dummy-token-of-account-2';
  const secrets = fakeSecrets({
    one: {
      AWSCURRENT: secretText(accountSid, authToken),
      AWSPENDING: secretText(accountSid, 'dummy-token-to-come'),
      AWSPREVIOUS: secretText(accountSid, previous),
    },
    two: { AWSCURRENT: secretText(otherAccountSid, other) },
  });
  const parts = { target: { secretIds: ['one', 'two'] }, secrets };
  const signedWith = (token: string, url = messagesUrl) => curl({ signature: signature(url, smsForm, token) });

  it('reports token-previous if the old token signed after its time', async () => {
    const { ids, exitCode } = await explain(signedWith(previous), [], parts);
    expect({ ids, exitCode }).toEqual({ ids: ['token-previous'], exitCode: 1 });
  });

  it('says genuine, with a note, if the old token signed within its time', async () => {
    // Half an hour after the fake secret was changed.
    const now = new Date('2026-01-02T03:34:05.000Z');
    const { report, exitCode } = await explain(signedWith(previous), [], { ...parts, now });
    expect(report).toMatchObject({ verdict: 'genuine', notes: [{ id: 'token-previous-accepted' }] });
    expect(exitCode).toBe(0);
  });

  it('says genuine, with a note, if the pending token signed', async () => {
    const { report, exitCode } = await explain(signedWith('dummy-token-to-come'), ['--stage', 'dev'], parts);
    expect(report).toMatchObject({ verdict: 'genuine', notes: [{ id: 'token-pending' }] });
    expect(report.notes[0]?.fix).toContain('secret status --stage dev');
    expect(exitCode).toBe(0);
  });

  it('reports token-other-account if the token of another configured account signed', async () => {
    const { ids, report, output } = await explain(signedWith(other), [], parts);
    expect(ids).toEqual(['token-other-account']);
    expect(report.causes[0]?.explanation).toContain('…222222');
    expect(report.gatewayAnswer).toEqual({ status: 403, reason: 'signature_mismatch' });
    expect(output).not.toContain(otherAccountSid);
  });

  it('reports secret-unusable if the secret is still the placeholder', async () => {
    const { ids, report } = await explain(signedWith(authToken), [], {
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: secretText('CHANGE_ME', 'generated') } }),
    });
    expect(ids).toEqual(['secret-unusable']);
    expect(report.gatewayAnswer).toEqual({ status: 500, reason: 'credentials_placeholder' });
  });

  it('reports token-previous and url-scheme at once', async () => {
    const { ids } = await explain(signedWith(previous, messagesUrl.replace('https', 'http')), [], parts);
    expect(ids).toEqual(['token-previous', 'url-scheme']);
  });
});

describe('explain combines two near misses', () => {
  it.each<[string, readonly string[], Sent]>([
    [
      'scheme and slash',
      ['url-scheme', 'url-trailing-slash-added'],
      signedOver(`${messagesUrl.replace('https', 'http')}/`),
    ],
    [
      'slash and dropped empty parameters',
      ['url-trailing-slash-added', 'empty-params-dropped'],
      signedOver(
        `${messagesUrl}/`,
        {
          ...smsForm,
          ...Object.fromEntries(['FromState', 'FromCountry', 'ToCity', 'ToState', 'ToZip'].map((name) => [name, ''])),
        },
        { body: formText(filled) },
      ),
    ],
    [
      'stage and trimmed text',
      ['url-stage-missing', 'white-space'],
      signedOver('https://public.example/messages', { ...smsForm, Body: `${bodyText}\n` }),
    ],
    [
      'scheme and an added parameter',
      ['url-scheme', 'param-added'],
      signedOver(messagesUrl.replace('https', 'http'), smsForm, {
        body: formText({ ...smsForm, _token: 'x' }),
      }),
    ],
    [
      'scheme, host and port of the capture',
      ['url-scheme', 'url-host', 'url-port'],
      signedOver('http://127.0.0.1:9000/dev/messages', smsForm, {
        url: 'http://127.0.0.1:9000/dev/messages',
      }),
    ],
    [
      'the method and the content type',
      ['method-not-allowed', 'unsupported-media-type'],
      signedOver(messagesUrl, smsForm, { method: 'PUT', contentType: 'text/plain' }),
    ],
  ])('%s', async (_title, causes, sent) => {
    const { ids, exitCode } = await explain(curl(sent));
    expect([...ids].sort()).toEqual([...causes].sort());
    expect(exitCode).toBe(1);
  });
});
