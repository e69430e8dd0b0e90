import { createHmac } from 'node:crypto';
import { curl, explain, messagesUrl, smsForm } from './fixture';
import { accountSid, authToken, fakeSecrets } from '../fake-environment';

const key = 'made-up-shared-key-one';
const retired = 'made-up-shared-key-two';
const secret = (...keys: readonly string[]) =>
  JSON.stringify({
    accountSid,
    authToken,
    sharedKeys: keys.map((sharedKey, at) => ({ name: `key-${at}`, key: sharedKey })),
  });
const withSecrets = (current: string, previous?: string) => ({
  secrets: fakeSecrets({
    'first-account': {
      AWSCURRENT: current,
      ...(previous === undefined ? {} : { AWSPREVIOUS: previous }),
    },
  }),
});
const settings = 'X-Twilio-Webhooks-Signature-Settings';

/** Signs as Twilio documents it, with nothing of the gateway's. */
const signed = (secretKey: string, url = messagesUrl): string =>
  createHmac('sha256', secretKey)
    .update(
      Object.entries(smsForm)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .reduce((text, [name, value]) => text + name + String(value), url),
    )
    .digest('base64');

const request = (signature: string, algorithm = 'HMAC_SHA256') =>
  curl({ signature, headers: { [settings]: `key=made-up,algorithm=${algorithm}` } });

describe('explain uses SharedKeys', () => {
  it('reports a request as genuine if a stored key signed it', async () => {
    const { report, exitCode } = await explain(request(signed(key)), [], withSecrets(secret(key)));
    expect(report).toMatchObject({ verdict: 'genuine', causes: [], notes: [] });
    expect(exitCode).toBe(0);
  });

  it('notes that the settings header is missing', async () => {
    const input = curl({ signature: signed(key) });
    const { report, exitCode } = await explain(input, [], withSecrets(secret(key)));
    expect(report).toMatchObject({ verdict: 'genuine', notes: [{ id: 'signature-settings-missing' }] });
    expect(exitCode).toBe(0);
  });

  it.each<[string, string, Buffer, ReturnType<typeof withSecrets>]>([
    ['shared-key-missing', 'F3: none is stored', request(signed(key)), withSecrets(secret())],
    ['no-match-shared-key', 'another is stored', request(signed('made-up-other-key')), withSecrets(secret(key))],
    [
      'shared-key-not-current',
      'it was retired',
      request(signed(retired)),
      withSecrets(secret(key), secret(key, retired)),
    ],
    [
      'signature-settings',
      'the header names another algorithm',
      request(signed(key), 'HMAC_SHA512'),
      withSecrets(secret(key)),
    ],
    [
      'url-trailing-slash-added',
      'another URL was signed',
      request(signed(key, `${messagesUrl}/`)),
      withSecrets(secret(key)),
    ],
    ['signature-altered', 'the = at its end is gone', request(signed(key).slice(0, -1)), withSecrets(secret(key))],
    [
      'no-match',
      'a SharedKey is not an Auth Token',
      curl({ signature: createHmac('sha1', key).update('x').digest('base64') }),
      withSecrets(secret(key)),
    ],
  ])('%s: %s', async (id, _when, input, parts) => {
    const { ids, exitCode, report, output } = await explain(input, [], parts);
    expect({ ids, exitCode }).toEqual({ ids: [id], exitCode: 1 });
    expect(report.gatewayAnswer).toEqual({ status: 403, reason: 'signature_mismatch' });
    for (const hidden of [key, retired]) expect(output).not.toContain(hidden);
  });

  it('asks for the SharedKey if an Auth Token is entered', async () => {
    const args = ['--token-prompt', '--url', messagesUrl];
    const { ids } = await explain(request(signed(key)), args, { hidden: authToken });
    expect(ids).toEqual(['shared-key-missing']);
  });

  it('accepts a key that is entered', async () => {
    const { report } = await explain(request(signed(key)), ['--token-prompt', '--url', messagesUrl], {
      hidden: `${key}\n`,
    });
    expect(report.verdict).toBe('genuine');
  });
});
