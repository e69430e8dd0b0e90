import { answerTone, fieldsOf, sendRequest } from '../../../console/page/src/screens/try-it/send-form';

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
