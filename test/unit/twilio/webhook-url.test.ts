import fc from 'fast-check';
import {
  isSameEndpoint,
  otherStageOf,
  publicUrlProblem,
  redactUrlPair,
  redactUrl,
  webhookUrlProblem,
  withCredentials,
} from '../../../cli/twilio/webhook-url';
import { signableUrl } from '../../../lambda/shared/signature/signable-url';
import { gatewayUrl } from './fake-account';

const own = `${gatewayUrl}/messages`;
const fault = (url: string) => webhookUrlProblem(url, 'messages', own);

describe('a webhook URL', () => {
  it('may be the one that the gateway verifies over, and have a query', () => {
    expect(fault(own)).toBeUndefined();
    expect(fault(`${own}?order=17&b=%2F`)).toBeUndefined();
    expect(
      webhookUrlProblem('https://hooks.example.com/messages', 'messages', 'https://hooks.example.com/messages'),
    ).toBeUndefined();
  });

  it.each([
    [own.replace('https', 'http'), /https:/],
    ['ftp://hooks.example.com/dev/messages', /https:/],
    [own.replace('://', '://user:secret@'), /user name or password/],
    ['https://192.0.2.1/dev/messages', /IP address/],
    ['https://0xc0000201/dev/messages', /IP address/],
    ['https://[2001:db8::1]/dev/messages', /IP address/],
    ['https://localhost/dev/messages', /not a public name/],
    ['https://web_hooks.example.com/dev/messages', /underscore/],
    [`${own}/`, /no slash at the end/],
    [`${gatewayUrl}/status`, /must end in \/messages/],
    [gatewayUrl, /must end in \/messages/],
    [own.replace('/dev/', '/x/dev/'), /path must be \/dev\/messages/],
    [`${own}#rc=3`, /connectionOverrides/],
    [own.replace('https', 'HTTPS'), /byte for byte/],
    [own.replace(/\/\/[^/]+/, (host) => host.toUpperCase()), /byte for byte/],
    [own.replace('/dev/', ':443/dev/'), /byte for byte/],
    [own.replace('/messages', '/./messages'), /byte for byte/],
    [own.replace('/messages', '/x/../messages'), /byte for byte/],
    ['/dev/messages', /not an absolute URL/],
    ['', /not an absolute URL/],
  ])('rejects %s, and no force helps', (url, reason) => {
    expect(fault(url)).toMatchObject({ reason: expect.stringMatching(reason) as string, forceable: false });
  });

  it.each([
    [own.replace('/dev/', '/prod/'), /another stage/],
    ['https://other.example.com/dev/messages', /not this gateway's/],
  ])('rejects %s unless forced', (url, reason) => {
    expect(fault(url)).toMatchObject({ reason: expect.stringMatching(reason) as string, forceable: true });
  });

  it('says that a route of a custom domain has no stage', () => {
    const custom = 'https://hooks.example.com/messages';
    expect(webhookUrlProblem('https://hooks.example.com/dev/messages', 'messages', custom)).toEqual({
      reason: 'its path must be /messages',
      forceable: false,
    });
  });

  it('is shown without user and password, even if only those differ', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.stringMatching(/^[a-z]{8,12}$/), (url, password) => {
        fc.pre(!url.includes(password));
        expect(redactUrl(url.replace('://', `://user:${password}@`))).not.toContain(password);
        expect(redactUrl(url)).toBe(url);
      }),
    );
    const [from, to] = redactUrlPair('https://a:b@x.example/', 'https://a:c@x.example/');
    expect([from, to]).toEqual(['https://***@x.example/', 'https://***@x.example/ (another user name or password)']);
  });

  it('carries credentials that the signature leaves out', () => {
    const url = withCredentials(own, { username: 'a@b', password: 'c:d/e' });
    expect(url).toBe(own.replace('://', '://a%40b:c%3Ad%2Fe@'));
    expect(publicUrlProblem(url)).toBeDefined();
    expect(signableUrl(url)).toBe(own);
    expect(isSameEndpoint(url, `${own}?x=1#rc=1`)).toBe(true);
    expect(isSameEndpoint('', own)).toBe(false);
  });
});

describe('the stage that a URL at Twilio belongs to', () => {
  const prodApi = 'https://xyz.execute-api.eu-west-1.example.com/prod';
  const others = [
    { name: 'prod', baseUrl: 'https://hooks.example.com' },
    { name: 'staging', baseUrl: 'https://xyz.execute-api.eu-west-1.example.com/staging' },
  ];
  const of = (url: string, known = others) => otherStageOf(url, [own, `${gatewayUrl}/status`], known);

  it.each([
    ['another stage of the same host', `${gatewayUrl.replace(/dev$/, 'prod')}/messages#rc=3`, 'prod'],
    ['one that nobody configured', `${gatewayUrl.replace(/dev$/, 'old')}/status?a=b`, 'old'],
    ['a custom domain that is known', 'https://twilio:pw@hooks.example.com/messages', 'prod'],
    ['the address of a stage that is known', 'https://xyz.execute-api.eu-west-1.example.com/staging/usage', 'staging'],
    ['an API of AWS with the name of a stage', `${prodApi}/messages`, 'prod'],
  ])('is %s', (_what, url, stage) => {
    expect(of(url)).toBe(stage);
  });

  it.each([
    ['its own', own],
    ['its own with other overrides', `${own}#rc=1`],
    ['nothing', ''],
    ['somewhere else', 'https://old.example.com/prod/messages'],
    ['the host without a stage', `${new URL(own).origin}/messages`],
    ['a host that only begins alike', 'https://hooks.example.com.evil.example/messages'],
    ['an API of AWS with another name', 'https://xyz.execute-api.eu-west-1.example.com/mine/messages'],
  ])('is none for %s', (_what, url) => {
    expect(of(url)).toBeUndefined();
  });

  it('is known by its name alone if its address cannot be read', () => {
    expect(of(`${prodApi}/messages`, [{ name: 'prod' } as (typeof others)[number]])).toBe('prod');
    expect(of('https://hooks.example.com/messages', [])).toBeUndefined();
  });
});
