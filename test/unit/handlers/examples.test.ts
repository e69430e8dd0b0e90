import { handler as autoReply } from '../../../handlers/examples/auto-reply';
import { handler as forward } from '../../../handlers/examples/forward';
import { onEvent, onMessage, onStatusChange, PermanentError } from '../../../lambda/handlers/handlers';
import { eventReceived, invoke, messageReceived, statusChanged } from '../../../lambda/handlers/testing';

describe('the auto-reply', () => {
  const repliesTo = async (data: Parameters<typeof messageReceived>[0]) => {
    const { outcome, replies } = await invoke(autoReply, messageReceived(data));
    expect(outcome).toBe('handled');
    return replies.map(({ body }) => body);
  };

  test('answers a keyword however it is written', async () => {
    for (const body of ['hello', ' Hello ', 'HELLO']) {
      expect(await repliesTo({ body })).toEqual([expect.stringContaining('hello')]);
    }
    expect(await repliesTo({ body: 'hours' })).toEqual([expect.stringContaining('Monday')]);
  });

  test('answers anything else with the default, a picture without text too', async () => {
    for (const data of [{ body: 'what?' }, { body: 'constructor' }, { body: '__proto__' }, {}]) {
      expect(await repliesTo(data)).toEqual([expect.stringContaining('Thank you')]);
    }
  });

  test("leaves Twilio's own keywords to Twilio", async () => {
    for (const body of ['STOP', 'stop', 'Unsubscribe', 'HELP', 'info', 'START', 'yes']) {
      expect(await repliesTo({ body })).toEqual([]);
    }
    expect(await repliesTo({ body: 'AUS', optOutType: 'STOP' })).toEqual([]);
  });

  test('counts a message as handled if its sender has opted out at Twilio', async () => {
    const { outcome, replies, logs } = await invoke(autoReply, messageReceived({ body: 'hello' }), {
      onReply: () => ({ kind: 'opted_out' }),
    });
    expect([outcome, replies]).toEqual(['handled', []]);
    expect(logs).toMatchObject([{ message: 'reply_not_sent' }]);
  });
});

test('the forwarder without a URL fails, so that the event is retried', async () => {
  const { outcome, error } = await invoke(forward, messageReceived());
  expect([outcome, error]).toMatchObject(['failed', { message: 'FORWARD_URL is not set, or is not a URL' }]);
});

describe('invoke', () => {
  test('shows what a handler replied and logged', async () => {
    const handler = onMessage(async (event, { reply, log }) => {
      log('asked', { media: event.data.media.length });
      await reply({ body: `You wrote: ${event.data.body ?? ''}`, mediaUrl: 'https://example.com/a.png' });
    });
    const event = messageReceived({ body: 'hi' });
    expect(await invoke(handler, event)).toEqual({
      outcome: 'handled',
      replies: [{ body: 'You wrote: hi', mediaUrl: 'https://example.com/a.png' }],
      logs: [{ message: 'asked', fields: { media: 0, eventId: event.id, messageSid: event.subject, receiveCount: 1 } }],
      error: undefined,
    });
  });

  test('shows how it failed', async () => {
    const broken = new Error('broken');
    const never = new PermanentError('never');
    const failing = onStatusChange(() => Promise.reject(broken));
    expect(await invoke(failing, statusChanged())).toMatchObject({ outcome: 'failed', error: broken });
    const dead = onStatusChange(() => Promise.reject(never));
    expect(await invoke(dead, statusChanged())).toMatchObject({ outcome: 'dead_letter', error: never });
    expect(await invoke(dead, messageReceived())).toMatchObject({
      outcome: 'dead_letter',
      error: { message: 'an event of another type' },
    });
  });

  test('shows a reply that Twilio refuses', async () => {
    const handler = onMessage((_event, { reply }) => reply('hi'));
    const refused = new PermanentError("Twilio's API answered 400");
    const { outcome, replies } = await invoke(handler, messageReceived(), {
      onReply: () => {
        throw refused;
      },
    });
    expect([outcome, replies]).toEqual(['dead_letter', []]);
  });

  test('handles an event once if the calls share the set of handled events', async () => {
    let runs = 0;
    const handler = onMessage(() => Promise.resolve((runs += 1)));
    const event = messageReceived();
    const handled = new Set<string>();
    expect((await invoke(handler, event, { handled })).outcome).toBe('handled');
    expect((await invoke(handler, event, { handled })).outcome).toBe('duplicate');
    expect(runs).toBe(1);
  });

  test('has a deadline', async () => {
    const handler = onMessage(
      (_event, { signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    expect((await invoke(handler, messageReceived(), { timeoutMs: 2_000 })).error).toMatchObject({
      message: 'too little time was left to begin',
    });
  });

  test('gives each type its own data', async () => {
    const handler = onEvent(
      ['twilio.webhook.usage-trigger.fired', 'twilio.webhook.event.received'],
      (event, { log }) => {
        if (event.type === 'twilio.webhook.usage-trigger.fired') log(event.data.usageCategory ?? '');
        else log(event.data.route);
        return Promise.resolve();
      },
    );
    const accountSid = `AC${'0'.repeat(32)}`;
    const usage = eventReceived('twilio.webhook.usage-trigger.fired', {
      accountSid,
      usageCategory: 'sms',
      query: '',
      params: {},
    });
    const other = eventReceived('twilio.webhook.event.received', {
      accountSid,
      eventId: 'e',
      route: 'events',
      recognized: true,
      query: '',
    });
    expect((await invoke(handler, usage)).logs).toMatchObject([{ message: 'sms' }]);
    expect((await invoke(handler, other)).logs).toMatchObject([{ message: 'events' }]);
  });

  test('gives an event without data to a handler that accepts it', async () => {
    const handler = onMessage(
      (event, { log }) => {
        log(event.data === undefined ? event.item.pk : 'has data');
        return Promise.resolve();
      },
      { data: 'optional' },
    );
    const { data, ...reference } = messageReceived();
    expect((await invoke(handler, reference)).logs).toMatchObject([{ message: `${data.accountSid}#TEST` }]);
  });
});
