import { handler as answer } from '../../../handlers/examples/answer';
import { replyWith } from '../../../lambda/handlers/reply-with';
import { askForReply } from '../../../lambda/handlers/testing';

describe('a reply function', () => {
  test('answers a text, a TwiML document, or nothing', async () => {
    const handler = replyWith(({ body }) =>
      Promise.resolve(body === 'text' ? `You wrote: ${body}` : body === 'twiml' ? { twiml: '<Response/>' } : undefined),
    );
    expect(await askForReply(handler, { body: 'text' })).toEqual({ message: 'You wrote: text' });
    expect(await askForReply(handler, { body: 'twiml' })).toEqual({ twiml: '<Response/>' });
    expect(await askForReply(handler)).toBeUndefined();
  });

  test('fails where it throws, so that the sender gets the static reply', async () => {
    const handler = replyWith(() => Promise.reject(new Error('no')));
    await expect(askForReply(handler)).rejects.toThrow('no');
  });

  test('fails in time where it does not end, and its signal aborts', async () => {
    let aborted = false;
    const handler = replyWith(
      (_message, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (aborted = true));
        }),
    );
    const startedAt = Date.now();
    await expect(askForReply(handler, {}, 200)).rejects.toThrow('The reply was not ready in time.');
    expect(Date.now() - startedAt).toBeLessThan(200);
    expect(aborted).toBe(true);
  });

  test('ends when ingress stops waiting, even if Lambda allows more', async () => {
    process.env['REPLY_TIMEOUT_MS'] = '100';
    try {
      const startedAt = Date.now();
      await expect(askForReply(replyWith(() => new Promise(() => undefined)))).rejects.toThrow('not ready');
      expect(Date.now() - startedAt).toBeLessThan(1_000);
    } finally {
      Reflect.deleteProperty(process.env, 'REPLY_TIMEOUT_MS');
    }
  });
});

test('the example answers one question, by the clock', async () => {
  jest.useFakeTimers({ now: Date.parse('2026-02-03T10:00:00Z') });
  try {
    expect(await askForReply(answer, { body: ' Open? ' })).toEqual({ message: 'Yes, until 5 p.m.' });
    jest.setSystemTime(Date.parse('2026-02-03T20:00:00Z'));
    expect(await askForReply(answer, { body: 'open?' })).toEqual({ message: 'No. We open at 9 a.m.' });
    expect(await askForReply(answer, { body: 'hello' })).toBeUndefined();
  } finally {
    jest.useRealTimers();
  }
});
