import { Duration } from 'aws-cdk-lib';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm } from '../helpers/webhooks';

const twiml = (text: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${text}</Message></Response>`;
const entry = 'test/fixtures/handlers/answer.ts';

describe('a gateway with a reply function', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway({ reply: { default: 'the static reply' } }, {}, (stack) => {
      stack.replyWith({ entry }, { timeout: Duration.millis(1_500) });
    });
    // A cold start on a busy machine may be late.
    await postForm(gateway.webhooks.messages, smsForm({ Body: 'warm' }));
  });
  afterAll(() => gateway.close());

  const send = async (Body: string, more: Readonly<Record<string, string>> = {}) => {
    const sid = newMessageSid();
    const startedAt = Date.now();
    const response = await postForm(gateway.webhooks.messages, smsForm({ MessageSid: sid, Body, ...more }));
    const tookMs = Date.now() - startedAt;
    await gateway.settled();
    return { sid, response, tookMs, stored: await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`) };
  };
  const fallbackOf = (sid: string) =>
    gateway.logged((line) => line['reason'] === 'reply_fallback' && line['messageSid'] === sid);

  test.each([
    ['a text, escaped', 'hello', twiml('&lt;you&gt; wrote hello')],
    ['a whole TwiML document', 'twiml', '<Response><Message>mine</Message></Response>'],
    ['nothing, not even the static reply', 'nothing', '<?xml version="1.0" encoding="UTF-8"?><Response/>'],
  ])('answers %s, and stores the message once', async (_name, body, expected) => {
    const { response, stored } = await send(body);
    expect(response).toMatchObject({ status: 200, body: expected });
    expect(response.headers['content-type']).toBe('text/xml');
    expect(stored).toHaveLength(1);
  });

  test.each([
    ['throws', 'throw', 'function_error'],
    ['returns another shape', 'rubbish', 'wrong_shape'],
    ['returns a text of 1601 characters', 'long', 'message_too_long'],
    ['returns 70 kB of TwiML', 'large', 'twiml_too_long'],
    ['returns 700 kB', 'huge', 'answer_too_long'],
    ['ends its process', 'exit', 'function_error'],
    ['sleeps for 10 s', 'sleep', expect.stringMatching(/^(?:late|function_error)$/)],
    ['blocks for 10 s', 'block', 'late'],
  ])('a function that %s: the static reply in time, the message stored once', async (_name, body, detail) => {
    const { sid, response, tookMs, stored } = await send(body);
    expect(response).toMatchObject({ status: 200, body: twiml('the static reply') });
    expect(tookMs).toBeLessThan(4_500);
    expect(stored).toHaveLength(1);
    expect(await fallbackOf(sid)).toMatchObject({ level: 'WARN', detail, service: 'ingress' });
  });

  test('counts each of them, and logs neither text nor number', async () => {
    const { sid } = await send('rubbish');
    await fallbackOf(sid);
    await gateway.logged((line) => line['ReplyFallback'] === 1 && line['service'] === 'ingress');
    const ofIngress = JSON.stringify(gateway.logs().filter(({ service }) => service === 'ingress'));
    expect(ofIngress).toContain('reply_fallback');
    expect(ofIngress).not.toMatch(/rubbish|quotes the text|\+1555/);
  });

  test('works again after it has ended its process', async () => {
    await send('exit');
    await send('warm');
    expect((await send('again')).response.body).toBe(twiml('&lt;you&gt; wrote again'));
  });

  test('is not asked about a message that Twilio has answered', async () => {
    const { response } = await send('STOP', { OptOutType: 'STOP' });
    expect(response.body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
  });

  test('is not asked about status callbacks and forged messages', async () => {
    gateway.clearLogs();
    expect(await postForm(gateway.webhooks.status, statusForm(newMessageSid(), 'sent'))).toMatchObject({ status: 204 });
    const forged = await postForm(gateway.webhooks.messages, smsForm({ Body: 'throw' }), {
      signedUrl: gateway.webhooks.status,
    });
    expect(forged).toMatchObject({ status: 403, body: 'Forbidden' });
    expect(gateway.logText()).not.toMatch(/TypeError|reply_fallback/);
  });
});

test('a function is not asked where SQS does not take the message, which is a 503', async () => {
  const gateway = await startStageGateway(
    { reply: { default: 'the static reply' } },
    { functionEnvironment: { EVENT_QUEUE_URL: 'http://127.0.0.1:9/000000000000/none' } },
    (stack) => stack.replyWith({ entry }),
  );
  try {
    expect((await postForm(gateway.webhooks.messages, smsForm({ Body: 'throw' }))).status).toBe(503);
    await gateway.logged((line) => line['reason'] === 'enqueue_failed');
    expect(gateway.logText()).not.toMatch(/TypeError|reply_fallback/);
  } finally {
    await gateway.close();
  }
});
