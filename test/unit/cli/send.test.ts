import { cloudEventId } from '../../../lambda/shared/contract/table';
import type { PostAnswer, PostRequest } from '../../../cli/clients/post';
import { parseForm } from '../../../lambda/shared/payload/form';
import { bodyHash, verifyBodyHash } from '../../../lambda/shared/signature/body-hash';
import { signedUrl, verifySignature } from '../../../lambda/shared/signature/signature';
import { accountSid, authToken, fakeSecrets, messageSid, otherAccountSid, run, secretText } from './fake-environment';

const secrets = fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } });
const key = { algorithm: 'HMAC-SHA1', secret: authToken } as const;
const answer = (status: number): PostAnswer => ({
  kind: 'answer',
  status,
  contentType: 'text/xml; charset=utf-8',
  body: '<Response/>',
  durationMs: 1,
});

/** A fake of the gateway: verifies as ingress does, over the public URL. */
const verifyingGateway = (request: PostRequest): Promise<PostAnswer> => {
  const url = request.url.replace('http://127.0.0.1:9', 'https://public.example');
  const signature = request.headers['x-twilio-signature'] ?? '';
  const query = url.split('?')[1] ?? '';
  const isValid =
    request.headers['content-type'] === 'application/json'
      ? verifySignature(key, signature, signedUrl(url)) && verifyBodyHash(query, request.body) === 'match'
      : verifySignature(key, signature, { url, params: parseForm(request.body) });
  return Promise.resolve(answer(isValid ? 200 : 403));
};

const send = (...args: readonly string[]) => run(['send', ...args], { secrets, post: verifyingGateway });
const sentParams = (posts: readonly PostRequest[]) => parseForm(posts[0]?.body ?? '');

describe('gateway send', () => {
  it('posts an SMS that the gateway can verify, and says how to look at it', async () => {
    const result = await send('sms', '--from', '+15550100003', '--body', 'héllo 🌍', '--sid', messageSid);
    expect(result.exitCode).toBe(0);
    expect(result.posts).toHaveLength(1);
    expect(result.posts[0]?.url).toBe('http://127.0.0.1:9/dev/messages');
    expect(sentParams(result.posts)).toMatchObject({
      AccountSid: accountSid,
      MessageSid: messageSid,
      From: '+15550100003',
      Body: 'héllo 🌍',
      NumMedia: '0',
      FromCity: '',
    });
    expect(result.data).toContain('200  text/xml  <Response/>');
    expect(result.notes).toContain(`npx gateway messages show ${messageSid}`);
  });

  it.each([
    ['mms', '--media', 'https://media.example.com/a.png', '--media', 'https://media.example.com/b.pdf'],
    ['whatsapp', '--body', ''],
    ['status', '--status', 'undelivered', '--error-code', '30003', '--query', 'order=17&name=Zo%C3%AB'],
    ['usage'],
    ['event'],
    ['event', '--json-events', '--query', 'a=b'],
  ])('signs %s %s so that it verifies', async (...args) => {
    const result = await send(...args);
    expect(result.notes).not.toContain('Nothing was accepted');
    expect(result.exitCode).toBe(0);
  });

  it('numbers the media of an MMS in the order given, with their types', async () => {
    const { posts } = await send(
      'mms',
      '--media',
      'https://media.example.com/a.png',
      '--media',
      'https://media.example.com/b.pdf?x=1',
    );
    expect(sentParams(posts)).toMatchObject({
      NumMedia: '2',
      MediaUrl0: 'https://media.example.com/a.png',
      MediaContentType0: 'image/png',
      MediaUrl1: 'https://media.example.com/b.pdf?x=1',
      MediaContentType1: 'application/pdf',
    });
  });

  it('prefixes the addresses of a WhatsApp message', async () => {
    const { posts } = await send('whatsapp', '--from', '+15550100004');
    expect(sentParams(posts)).toMatchObject({
      From: 'whatsapp:+15550100004',
      To: 'whatsapp:+15550100002',
      WaId: '15550100004',
    });
  });

  it('sends a status callback with error code and the query as it was given', async () => {
    const { posts } = await send(
      'status',
      '--sid',
      messageSid,
      '--status',
      'failed',
      '--error-code',
      '30008',
      '--query',
      '?order=17',
    );
    expect(posts[0]?.url).toBe('http://127.0.0.1:9/dev/status?order=17');
    expect(sentParams(posts)).toMatchObject({
      MessageSid: messageSid,
      MessageStatus: 'failed',
      ErrorCode: '30008',
    });
  });

  it('sends a JSON batch of one CloudEvent whose hash is in the query', async () => {
    const { posts, data } = await send('event', '--json-events', '--json');
    const [post] = posts;
    expect(post?.url).toContain(`?bodySHA256=${bodyHash(post?.body ?? Buffer.alloc(0))}`);
    const [event] = JSON.parse(String(post?.body)) as [{ id: string; specversion: string; source: string }];
    expect(event.specversion).toBe('1.0');
    expect((JSON.parse(data) as { eventId: string }).eventId).toBe(cloudEventId(event.source, event.id));
  });

  it('repeats the same bytes, reports every answer in order, and fails if one is not 2xx', async () => {
    const statuses = [200, 503, 200];
    const result = await run(['send', 'sms', '--repeat', '3', '--json'], {
      secrets,
      post: () => Promise.resolve(answer(statuses.shift() ?? 0)),
    });
    expect(result.exitCode).toBe(1);
    expect(new Set(result.posts.map(({ body }) => body.toString())).size).toBe(1);
    const report = JSON.parse(result.data) as { ok: boolean; answers: { status: number }[] };
    expect(report.ok).toBe(false);
    expect(report.answers.map(({ status }) => status)).toEqual([200, 503, 200]);
  });

  it('summarizes many answers and reports its progress on stderr', async () => {
    const result = await send('sms', '--repeat', '250');
    expect(result.posts).toHaveLength(250);
    expect(result.data).toContain('250 × 200  text/xml  <Response/>');
    expect(result.notes).toContain('200 of 250 sent');
  });

  it.each([['sms'], ['status'], ['usage'], ['event'], ['event', '--json-events']])(
    'changes %s %s after signing with --tamper: the refusal of the gateway is the success',
    async (...args) => {
      const result = await send(...args, '--tamper');
      expect(result.data).toContain('403');
      expect(result.exitCode).toBe(0);
    },
  );

  it('fails when a tampered webhook is accepted', async () => {
    const result = await run(['send', 'sms', '--tamper'], {
      secrets,
      post: () => Promise.resolve(answer(200)),
    });
    expect(result.exitCode).toBe(1);
  });

  it('fails with the reason when nobody answers', async () => {
    const result = await run(['send', 'sms'], {
      secrets,
      post: () => Promise.resolve({ kind: 'failure', code: 'ECONNREFUSED', durationMs: 1 }),
    });
    expect(result.exitCode).toBe(1);
    expect(result.data).toContain('no answer (ECONNREFUSED)');
  });

  it('shows a hostile reply escaped', async () => {
    const result = await run(['send', 'sms'], {
      secrets,
      post: () => Promise.resolve({ ...answer(500), body: '\u001b[2J\u202e' } as PostAnswer),
    });
    expect(result.data).toContain('\\u001b[2J\\u202e');
  });

  it('sends as the chosen account, by SID or number, and says which it took without a choice', async () => {
    const parts = {
      target: { secretIds: ['first', 'second'] },
      secrets: fakeSecrets({
        first: { AWSCURRENT: secretText(accountSid, authToken) },
        second: { AWSCURRENT: secretText(otherAccountSid, 'dummy-token-of-account-2') },
      }),
      post: () => Promise.resolve(answer(200)),
    };
    for (const choice of ['1', otherAccountSid]) {
      const chosen = await run(['send', 'sms', '--account', choice], parts);
      expect(sentParams(chosen.posts)).toMatchObject({ AccountSid: otherAccountSid });
    }
    const first = await run(['send', 'sms'], parts);
    expect(sentParams(first.posts)).toMatchObject({ AccountSid: accountSid });
    expect(first.notes).toContain(accountSid);
    const unknown = await run(['send', 'sms', '--account', '2'], parts);
    expect(unknown).toMatchObject({ exitCode: 2, posts: [] });
  });

  it('rejects a placeholder secret before anything is posted', async () => {
    const result = await run(['send', 'sms'], {
      secrets: fakeSecrets({ 'first-account': { AWSCURRENT: 'CHANGE_ME' } }),
    });
    expect(result).toMatchObject({ exitCode: 1, posts: [] });
    expect(result.notes).toMatch(/placeholder.*secret status/);
  });

  it.each([
    ['sms', '--media', 'https://media.example.com/a.png'],
    ['sms', '--sid', 'SM123'],
    ['mms', '--media', 'ftp://media.example.com/a.png'],
    ['status', '--status', 'Delivered!'],
    ['status', '--error-code', 'x'],
    ['sms', '--query', 'a=b c'],
    ['sms', '--repeat', '0'],
    ['pigeon'],
  ])('rejects the wrong call %s %s %s with exit code 2 and posts nothing', async (...args) => {
    const result = await send(...args);
    expect(result).toMatchObject({ exitCode: 2, posts: [], data: '' });
    expect(result.notes).not.toBe('');
  });

  it('never prints the token', async () => {
    for (const args of [['sms'], ['sms', '--json'], ['sms', '--tamper'], ['event', '--json-events', '--json']]) {
      const result = await send(...args);
      expect(result.data + result.notes).not.toContain(authToken);
      expect(result.data + result.notes).not.toContain(result.posts[0]?.headers['x-twilio-signature']);
    }
  });
});
