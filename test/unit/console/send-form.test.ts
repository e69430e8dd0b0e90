import { bubblesOf, isAnswered } from '../../../console/page/src/screens/try-it/dialogue';
import { answerTone, fieldsOf, sendRequest } from '../../../console/page/src/screens/try-it/send-form';
import type { WebhookView } from '../../../cli/clients/webhook-view';

describe('the form for a webhook', () => {
  const names = ['body', 'from', 'to', 'media', 'sid', 'unknown'];

  test('has the fields of the kind in one order', () => {
    expect(fieldsOf(names).map(({ name }) => name)).toEqual(['from', 'to', 'body', 'media', 'sid']);
  });

  test('sends only what is filled in', () => {
    const plain = { kind: 'sms', tamper: false, repeat: 1 };
    expect(sendRequest(plain, names, { from: ' ', body: '', to: ' +15550100001 ' })).toEqual({
      kind: 'sms',
      to: '+15550100001',
    });
    expect(sendRequest({ ...plain, tamper: true, repeat: 3 }, names, { body: ' hi ', status: 'sent' })).toEqual({
      kind: 'sms',
      body: ' hi ',
      tamper: true,
      repeat: 3,
    });
  });

  test('reads one media URL from each line', () => {
    const values = { media: 'https://example.com/a.png\n\n https://example.com/b.png ' };
    expect(sendRequest({ kind: 'mms', tamper: false, repeat: 1 }, names, values).media).toEqual([
      'https://example.com/a.png',
      'https://example.com/b.png',
    ]);
  });

  test.each([
    [200, false, 'good'],
    [204, false, 'good'],
    [403, false, 'bad'],
    [null, false, 'bad'],
    [403, true, 'expected'],
    [200, true, 'bad'],
  ] as const)('marks an answer %p (tampered: %p) as %s', (status, tampered, tone) => {
    expect(answerTone(status, tampered)).toBe(tone);
  });
});

describe('a conversation that is played', () => {
  const message = (at: string, change: Partial<WebhookView>): WebhookView => ({
    id: 'SM1',
    kind: 'message',
    type: 'message.received',
    accountSid: null,
    subject: 'SM1',
    receivedAt: at,
    recognized: true,
    direction: 'inbound',
    from: '+15550100001',
    to: '+15550100002',
    body: 'Hello',
    numMedia: 0,
    status: null,
    errorCode: null,
    messageType: null,
    optOutType: null,
    reason: null,
    ...change,
  });
  const reply = { sid: 'SM2', at: '2026-01-01T00:00:02.000Z', body: 'Thank you', status: 'queued' };

  test('has the replies of the stand-in between the messages, the oldest first', () => {
    const page = {
      messages: [
        message('2026-01-01T00:00:01.000Z', {}),
        message('2026-01-01T00:00:03.000Z', { subject: 'SM3', body: 'Bye' }),
      ],
      replies: [reply],
      before: null,
    };
    const bubbles = bubblesOf(page, '+15550100001');
    expect(bubbles.map(({ text, isPerson }) => [text, isPerson])).toEqual([
      ['Hello', true],
      ['Thank you', false],
      ['Bye', true],
    ]);
    expect(isAnswered(bubbles)).toBe(false);
    expect(isAnswered(bubbles.slice(0, 2))).toBe(true);
    expect(isAnswered([])).toBe(false);
  });

  test('has a reply once that is stored too, with its text and the stored status', () => {
    const stored = message('2026-01-01T00:00:03.000Z', {
      subject: 'SM2',
      direction: 'outbound',
      body: null,
      status: 'delivered',
    });
    expect(bubblesOf({ messages: [stored], replies: [reply], before: null }, '+15550100001')).toEqual([
      { sid: 'SM2', at: reply.at, isPerson: false, text: 'Thank you', status: 'delivered' },
    ]);
  });
});
