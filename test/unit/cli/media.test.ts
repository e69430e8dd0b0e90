import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createS3Put } from '../../../cli/media/s3-put';
import type { MessageDetails, MessageReader } from '../../../cli/clients/dynamodb/message-view';
import { fetchMedia } from '../../../cli/media/fetch-media';
import { createMediaFolder } from '../../../cli/media/media-folder';
import { isTwilioMediaUrl } from '../../../cli/media/media-url';
import {
  accountSid,
  authToken,
  fakeSecrets,
  messageSid,
  run,
  secretText,
  type EnvironmentParts,
} from './fake-environment';

const mediaUrl = (at: number): string =>
  `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/ME${String(at).padStart(32, '0')}`;
const credentials = { accountSid, authToken };
const basic = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
const { signal } = new AbortController();

type Answer = (outgoing: ServerResponse) => void;
const file =
  (contentType: string, bytes: string | Buffer): Answer =>
  (outgoing) =>
    void outgoing.writeHead(200, { 'content-type': contentType }).end(bytes);
const redirect =
  (location: string): Answer =>
  (outgoing) =>
    void outgoing.writeHead(307, { location }).end();

describe('which URLs are media at Twilio', () => {
  test.each([
    [mediaUrl(1), true],
    [mediaUrl(1).replace('api.twilio.com', 'api.dublin.ie1.twilio.com'), true],
    [mediaUrl(1).replace('https', 'http'), false],
    [mediaUrl(1).replace('api.twilio.com', 'api.twilio.com.example.com'), false],
    [mediaUrl(1).replace('api.twilio.com', 'eviltwilio.com'), false],
    [mediaUrl(1).replace('api.twilio.com', 'api.twilio.com:444'), false],
    [mediaUrl(1).replace('https://', 'https://user@'), false],
    [mediaUrl(1).replace('api.twilio.com', 'example.com\\@api.twilio.com'), false],
    [`https://api.twilio.com/2010-04-01/Accounts/${accountSid}.json?x=/Media/ME${'0'.repeat(32)}`, false],
    ['https://mms.twiliocdn.com/x', false],
    ['', false],
  ])('%s: %s', (url, isMedia) => {
    expect(isTwilioMediaUrl(url)).toBe(isMedia);
  });
});

describe('media', () => {
  const answers = new Map<string, Answer>();
  const seen: IncomingMessage[] = [];
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    seen.push(incoming);
    const answer = answers.get(incoming.url ?? '');
    if (answer === undefined) outgoing.writeHead(404).end();
    else answer(outgoing);
  });
  let base = '';
  let directory: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answers.clear();
    seen.length = 0;
    directory = mkdtempSync(join(tmpdir(), 'media-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = (url: string, answer: Answer) => answers.set(url.replace('https:/', ''), answer);
  const fetch = (url = mediaUrl(0), options: { readonly maxBytes?: number; readonly timeoutMs?: number } = {}) =>
    fetchMedia(url, credentials, { signal, baseUrl: base, ...options });

  test('are fetched with the credentials, which do not follow a redirect to the hosts of files', async () => {
    const place = 'https://mms.twiliocdn.com/AC1/file?Expires=1&Signature=a~b';
    at(mediaUrl(0), redirect(place));
    at(place, file('image/jpeg; charset=x', 'bytes'));
    expect(await fetch()).toEqual({ kind: 'fetched', contentType: 'image/jpeg', bytes: Buffer.from('bytes') });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([basic, undefined]);
  });

  test('have no type that a browser runs', async () => {
    at(mediaUrl(0), file('text/html', '<script>'));
    expect(await fetch()).toMatchObject({ kind: 'fetched', contentType: 'application/octet-stream' });
  });

  test.each([
    ['https://example.com/x'],
    ['http://mms.twiliocdn.com/x'],
    ['https://mms.twiliocdn.com.example.com/x'],
    ['https://s3-external-1.amazonaws.com/other-bucket/x'],
    ['https://api.twilio.com/2010-04-01/Accounts.json'],
    ['http://169.254.169.254/latest/meta-data'],
    ['//[bad'],
  ])('are not followed to %s', async (location) => {
    at(mediaUrl(0), redirect(location));
    expect(await fetch()).toMatchObject({ kind: 'rejected' });
    expect(seen).toHaveLength(1);
  });

  test('of strangers are not requested', async () => {
    expect(await fetch('https://media.example.com/photo.jpg')).toMatchObject({ kind: 'rejected' });
    expect(seen).toEqual([]);
  });

  test('are bounded in redirects, size and time', async () => {
    at(mediaUrl(0), redirect(mediaUrl(0)));
    expect(await fetch()).toMatchObject({ reason: 'Twilio redirects too often.' });
    at(mediaUrl(1), file('image/png', Buffer.alloc(2_000_000)));
    expect(await fetch(mediaUrl(1), { maxBytes: 1_048_576 })).toMatchObject({
      reason: 'The file is larger than 1 MB.',
    });
    at(mediaUrl(2), (outgoing) => void outgoing.writeHead(200).write('x'));
    expect(await fetch(mediaUrl(2), { timeoutMs: 200 })).toMatchObject({ reason: expect.stringMatching(/in 0\.2 s/) });
  });

  const message = (urls: readonly (string | null)[]): MessageReader => ({
    list: () => Promise.resolve([]),
    find: () =>
      Promise.resolve([
        {
          sid: messageSid,
          accountSid,
          media: urls.map((url) => ({ url, contentType: null })),
        } as unknown as MessageDetails,
      ]),
  });
  const fetchCommand = (args: readonly string[], urls: readonly (string | null)[], parts: EnvironmentParts = {}) =>
    run(['media', 'fetch', messageSid, ...args], {
      messages: message(urls),
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } }),
      twilio: { variable: (name) => (name === 'TWILIO_API_BASE_URL' ? base : undefined) },
      workingDirectory: directory,
      ...parts,
    });

  test('are written for the owner alone, with an extension by type, and never overwritten', async () => {
    at(mediaUrl(0), file('image/jpeg', 'picture'));
    at(mediaUrl(1), file('application/x-sh', 'rm -rf /'));
    const urls = [mediaUrl(0), mediaUrl(1), mediaUrl(2), 'https://example.com/a.exe'];
    const { exitCode, data } = await fetchCommand(['--dir', 'files', '--json'], urls);
    expect(exitCode).toBe(1);
    expect(JSON.parse(data)).toMatchObject([
      {
        index: 0,
        state: 'fetched',
        contentType: 'image/jpeg',
        bytes: 7,
        place: join(directory, 'files', `${messageSid}-0.jpg`),
      },
      { index: 1, state: 'fetched', contentType: 'application/octet-stream' },
      { index: 2, state: 'failed', reason: 'Twilio no longer has the file.' },
      { index: 3, state: 'failed' },
    ]);
    expect(readdirSync(join(directory, 'files'))).toEqual([`${messageSid}-0.jpg`, `${messageSid}-1.bin`]);
    const first = join(directory, 'files', `${messageSid}-0.jpg`);
    expect(statSync(first).mode & 0o777).toBe(0o600);
    writeFileSync(first, 'changed by me');
    const again = await fetchCommand(['--dir', 'files'], [mediaUrl(0)]);
    expect(again).toMatchObject({ exitCode: 0, data: expect.stringContaining('exists and was not changed') });
    expect(readFileSync(first, 'utf8')).toBe('changed by me');
    expect(data + again.data).not.toContain(authToken);
  });

  test('do not replace a file that another program writes at the same time', async () => {
    const folder = createMediaFolder(directory);
    const write = (text: string) =>
      folder.write('SM-0', { bytes: Buffer.from(text), contentType: 'text/plain', extension: 'txt' });
    expect(await write('first')).toMatchObject({ existed: false });
    expect(await write('second')).toMatchObject({ existed: true });
    expect(readFileSync(join(directory, 'SM-0.txt'), 'utf8')).toBe('first');
    expect(readdirSync(directory)).toEqual(['SM-0.txt']);
  });

  test('are not fetched without the credentials of their account', async () => {
    const { exitCode } = await fetchCommand([], [mediaUrl(0)], { secrets: fakeSecrets({}) });
    expect({ exitCode, requests: seen.length }).toEqual({ exitCode: 1, requests: 0 });
  });

  test("go into the stage's bucket by a signed PUT, which does not overwrite", async () => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
    at(mediaUrl(0), file('application/pdf', '%PDF'));
    const key = `/photos/media/${accountSid}/${messageSid}-0.pdf`;
    answers.set(key, (outgoing) => void outgoing.writeHead(200).end());
    const parts = {
      target: { mediaBucket: 'photos' },
      s3Put: createS3Put('eu-west-1', { AWS_ENDPOINT_URL_S3: base }, signal),
    };
    try {
      const first = await fetchCommand(['--bucket'], [mediaUrl(0)], parts);
      expect(first).toMatchObject({ exitCode: 0, data: expect.stringContaining(`s3:/${key}  application/pdf`) });
      const put = seen.find(({ method }) => method === 'PUT');
      expect(put?.headers).toMatchObject({
        'content-type': 'application/pdf',
        'if-none-match': '*',
        'content-length': '4',
        'x-amz-content-sha256': expect.stringMatching(/^[0-9a-f]{64}$/),
        authorization: expect.stringMatching(
          /\/eu-west-1\/s3\/aws4_request, SignedHeaders=content-type;host;if-none-match/,
        ),
      });
      answers.set(key, (outgoing) => void outgoing.writeHead(412).end('<Code>PreconditionFailed</Code>'));
      expect((await fetchCommand(['--bucket'], [mediaUrl(0)], parts)).data).toContain('exists and was not changed');
      answers.set(key, (outgoing) => void outgoing.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'));
      const denied = await fetchCommand(['--bucket'], [mediaUrl(0)], parts);
      expect(denied).toMatchObject({ exitCode: 1, notes: expect.stringContaining('AccessDenied') });
    } finally {
      process.env = before;
    }
  });

  test('need a bucket of the stage for --bucket', async () => {
    const { exitCode, notes } = await fetchCommand(['--bucket'], [mediaUrl(0)]);
    expect({ exitCode, requests: seen.length }).toEqual({ exitCode: 1, requests: 0 });
    expect(notes).toContain('There is no bucket for media');
  });
});
