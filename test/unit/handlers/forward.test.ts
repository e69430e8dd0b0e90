import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { createForwarder, secretFromEnvironment } from '../../../lambda/handlers/forward/forward-event';
import { isPublicAddress, publicLookup } from '../../../lambda/handlers/forward/public-address';
import { webhookHeaders, webhookKey } from '../../../lambda/handlers/forward/standard-webhooks';
import { PermanentError } from '../../../lambda/handlers/permanent-error';
import { TemporaryError } from '../../../lambda/handlers/temporary-error';
import { messageReceived } from '../../../lambda/handlers/testing';
import type { HttpRequest } from '../../../lambda/shared/runtime/send-http';

const signal = new AbortController().signal;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('the signature of Standard Webhooks', () => {
  // From the reference libraries' tests, and from Svix's documentation, whose key is shorter than the specification
  // says.
  test.each([
    [
      'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'plJ3nmyCDGBKInavdOK15jsl',
      'msg_loFOjxBNrRLzqYUf',
      1_731_705_121,
      '{"event_type":"ping","data":{"success":true}}',
      'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    ],
  ])('is as published', (base64, id, atSeconds, body, signature) => {
    expect(webhookHeaders(Buffer.from(base64, 'base64'), id, atSeconds, body)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(atSeconds),
      'webhook-signature': signature,
    });
  });

  test('has the bytes of the secret after whsec_ as its key', () => {
    expect(webhookKey(secret).toString('base64')).toBe('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  });

  test.each([
    '',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_dG9vIHNob3J0',
    'whsec_not base64!',
    `whsec_${'A'.repeat(100)}`,
  ])('needs a key of 24 to 64 bytes: %s', (text) => {
    expect(() => webhookKey(text)).toThrow(TemporaryError);
  });
});

describe('an address', () => {
  test.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1', '203.0.113.9'],
    ...['::', '::1', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2001::1'],
    ...['::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '64:ff9b::a00:1'],
    ...['2002:7f00:1::', '::7f00:1', 'localhost', '', '1.2.3', '08.8.8.8'],
  ])('is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '192.167.0.1', '2606:4700::1111', '2a00:1450::1'])(
    'is public: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  test('in a private IPv4 range is never public, in any IPv6 notation either', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const first = fc.constantFrom([10], [127], [192, 168], [169, 254], [0], [172, 20], [100, 100]);
    fc.assert(
      fc.property(first, fc.tuple(octet, octet, octet), (net, rest) => {
        const bytes = [...net, ...rest].slice(0, 4);
        const [a = 0, b = 0, c = 0, d = 0] = bytes;
        const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        for (const address of [
          bytes.join('.'),
          `::ffff:${bytes.join('.')}`,
          `::ffff:${hex}`,
          `::${hex}`,
          `64:ff9b::${hex}`,
        ]) {
          expect([address, isPublicAddress(address)]).toEqual([address, false]);
        }
      }),
    );
  });
});

describe('the lookup', () => {
  const resolved = (addresses: readonly string[], all: boolean) =>
    new Promise<unknown>((resolve) => {
      const lookup = publicLookup((_name, _options, callback) =>
        callback(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        ),
      );
      lookup('example.com', { all }, (error, address) => resolve(error ?? address));
    });

  test('gives the addresses that it has checked', async () => {
    expect(await resolved(['8.8.8.8', '1.1.1.1'], false)).toBe('8.8.8.8');
    expect(await resolved(['8.8.8.8'], true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  test('gives no address if one of them is not public, or if there is none', async () => {
    for (const addresses of [['8.8.8.8', '10.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], []]) {
      expect(await resolved(addresses, true)).toBeInstanceOf(TemporaryError);
    }
  });

  test('passes on the error for an unknown name', async () => {
    const unknown = Object.assign(new Error('no'), { code: 'ENOTFOUND' });
    const error = await new Promise((resolve) => {
      publicLookup((_name, _options, callback) => callback(unknown, []))('x.example', {}, resolve);
    });
    expect(error).toBe(unknown);
  });
});

describe('a forwarder', () => {
  const event = messageReceived({ body: 'hi' });
  const forward = (status: number, sent: HttpRequest[] = []) =>
    createForwarder({
      url: 'https://example.com/hook',
      secret: () => Promise.resolve(secret),
      now: () => 1_700_000_000_000,
      send: (request) => {
        sent.push(request);
        return Promise.resolve({ status, headers: {}, rawHeaders: [], body: '' });
      },
    })(event, signal);

  test('posts the event as it is, signed, with an id that stays the same', async () => {
    const sent: HttpRequest[] = [];
    await forward(204, sent);
    await forward(200, sent);
    const [first, second] = sent;
    const id = first?.headers['webhook-id'] ?? '';
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(second?.headers['webhook-id']).toBe(id);
    expect(first).toMatchObject({
      method: 'POST',
      body: JSON.stringify(event),
      headers: webhookHeaders(webhookKey(secret), id, 1_700_000_000, JSON.stringify(event)),
    });
  });

  test.each([
    ...[400, 401, 404, 410, 422].map((status) => [status, PermanentError] as const),
    ...[302, 307, 408, 425, 429, 500, 503].map((status) => [status, TemporaryError] as const),
  ])('throws at %i', async (status, type) => {
    await expect(forward(status)).rejects.toBeInstanceOf(type);
  });

  test.each([
    undefined,
    'no url',
    'http://example.com/',
    'https://user:password@example.com/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://169.254.169.254/latest/meta-data/',
  ])('refuses the URL %s', async (url) => {
    const sent: unknown[] = [];
    const send = (request: unknown) => Promise.reject(new Error(`sent ${String(sent.push(request))}`));
    const forwarder = createForwarder({ url, secret: () => Promise.resolve(secret), send });
    await expect(forwarder(event, signal)).rejects.toBeInstanceOf(TemporaryError);
    expect(sent).toEqual([]);
  });

  test('makes no connection to a name that leads to this machine', async () => {
    let connections = 0;
    const server: Server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
    // A server on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const url = `https://localhost:${port}/`;
    const forwarder = createForwarder({ url, secret: () => Promise.resolve(secret) });
    await expect(forwarder(event, signal)).rejects.toMatchObject({
      message: 'the name of the endpoint has an address that is not public',
    });
    expect(connections).toBe(0);
    // With a lookup that checks nothing, the connection is made: so it is the check that prevents it.
    const unchecked = createForwarder({
      url,
      secret: () => Promise.resolve(secret),
      lookup: (_name, { all }, callback) =>
        all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
    });
    await expect(unchecked(event, signal)).rejects.toMatchObject({ code: expect.any(String) as string });
    expect(connections).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the forwarding secret', () => {
  test('is the variable, or says what is missing', async () => {
    expect(await secretFromEnvironment({ FORWARD_SECRET: secret })()).toBe(secret);
    await expect(secretFromEnvironment({})()).rejects.toBeInstanceOf(TemporaryError);
  });
});
