import type { PostAnswer, PostRequest } from '../../../../cli/clients/post';
import { parseForm } from '../../../../lambda/shared/payload/form';
import { verifySignature } from '../../../../lambda/shared/signature/signature';
import { accountSid, authToken, fakeSecrets, run, secretText } from '../fake-environment';

const secrets = fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } });
const key = { algorithm: 'HMAC-SHA1', secret: authToken } as const;
const answer = (status: number): PostAnswer => ({ kind: 'answer', status, contentType: '', body: '', durationMs: 1 });

describe('gateway send, with a fallback lane', () => {
  const lane = { postUrl: 'http://127.0.0.1:9/dev/fallback', signedUrl: 'https://public.example/dev/fallback' };
  const target = { fallback: { ...lane, queueUrl: 'lane', deadLetterQueueUrl: 'dead-letters' } };
  const isLane = ({ url }: PostRequest): boolean => url.startsWith(lane.postUrl);
  const sendTo = (first: PostAnswer, second: PostAnswer, ...args: readonly string[]) =>
    run(['send', ...args], {
      secrets,
      target,
      post: (request) => Promise.resolve(isLane(request) ? second : first),
    });
  const noAnswer: PostAnswer = { kind: 'failure', code: 'TIMEOUT', durationMs: 15_000 };

  it.each([
    ['503', answer(503)],
    ['no answer', noAnswer],
  ])(
    'goes on to the fallback URL after %s, with two more parameters and a signature of their own',
    async (_, first) => {
      const { data, exitCode, notes, posts } = await sendTo(first, answer(204), 'sms', '--query', 'order=17');
      expect(posts.map(({ url }) => url)).toEqual(['http://127.0.0.1:9/dev/messages?order=17', lane.postUrl]);
      const [original, params] = posts.map(({ body }) => parseForm(body));
      const ErrorUrl = 'https://public.example/dev/messages?order=17';
      expect(params).toEqual({ ...original, ErrorCode: '11200', ErrorUrl });
      const signature = posts[1]?.headers['x-twilio-signature'] ?? '';
      expect(verifySignature(key, signature, { url: lane.signedUrl, params: params ?? {} })).toBe(true);
      expect(data).toContain(`POST ${lane.postUrl}\n204`);
      expect(notes).toMatch(/goes on to the fallback URL[\s\S]*messages show SM/);
      expect(exitCode).toBe(1);
    },
  );

  it('names the answers of the fallback URL in JSON, only if it was requested', async () => {
    const failed = await sendTo(answer(503), answer(204), 'sms', '--repeat', '2', '--json');
    expect(JSON.parse(failed.data)).toMatchObject({
      ok: false,
      answers: [{ status: 503 }, { status: 503 }],
      fallback: { url: lane.postUrl, answers: [{ status: 204 }, { status: 204 }] },
    });
    const accepted = await sendTo(answer(200), answer(204), 'sms', '--json');
    expect(accepted.posts).toHaveLength(1);
    expect(JSON.parse(accepted.data)).not.toHaveProperty('fallback');
  });

  it.each([
    ['a refused message', answer(403), ['sms']],
    ['a status callback, which has no fallback URL at Twilio', answer(503), ['status']],
    ['a message that was changed after signing', answer(503), ['sms', '--tamper']],
  ])('does not send %s there', async (_, first, args) => {
    const { exitCode, notes, posts } = await sendTo(first, answer(204), ...args);
    expect(posts).toHaveLength(1);
    expect(notes).toContain('Nothing was accepted');
    expect(exitCode).toBe(1);
  });
});
