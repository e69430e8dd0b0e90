import { handlerLines } from '../../../../local/output/handler-lines';

const configuration = {
  modulePath: '/tmp/builds/7/asset.abc/index.js',
  environment: { HANDLER_NAME: 'Replies' },
};
const messageSid = `SM${'0'.repeat(28)}1234`;
const eventOf = (...ids: readonly string[]) => ({
  Records: ids.map((id) => ({
    body: JSON.stringify({ id, subject: messageSid, time: new Date(Date.now() - 300).toISOString() }),
  })),
});
const line = (fields: object): string =>
  `${JSON.stringify({ level: 'INFO', service: 'handler-Replies', ...fields })}\n`;
const lines = (text: string, event: unknown = eventOf('e1')): readonly string[] =>
  handlerLines(configuration, text, event);

test('an event that was handled is one line with its times, and a short SID', () => {
  const [text, ...further] = lines(line({ reason: 'handled', eventId: 'e1', messageSid, durationMs: 12 }));
  expect(text).toMatch(/^Replies handled SM…1234 in 12 ms \(3\d\d ms after the webhook\)$/);
  expect(further).toEqual([]);
});

test.each([
  ['duplicate', {}, 'Replies had handled SM…1234 before'],
  [
    'failed',
    { receiveCount: 2, errorName: 'TypeError', detail: 'thrown at reply.ts:7' },
    'Replies failed on SM…1234, receive 2: TypeError, thrown at reply.ts:7',
  ],
  ['dead_letter', { errorName: 'PermanentError' }, 'Replies made SM…1234 a dead letter: PermanentError'],
])('an event with the outcome %s is one line', (reason, fields, expected) => {
  expect(lines(line({ reason, eventId: 'e1', messageSid, ...fields }))).toEqual([expected]);
});

test('an event without a message has its id', () => {
  expect(lines(line({ reason: 'duplicate', eventId: 'e1' }), {})).toEqual(['Replies had handled e1 before']);
});

test("a handler's own line is no outcome, whatever its fields are", () => {
  expect(lines(line({ message: 'handled', reason: 'handled', eventId: 'e1', messageSid }))).toEqual([
    '  Replies SM…1234: handled reason=handled',
  ]);
});

test('a line of the handler has the message that it is about, and its fields', () => {
  expect(lines(line({ message: 'asked', messageSid, price: 3, tag: 'x' }))).toEqual([
    '  Replies SM…1234: asked price=3 tag=x',
  ]);
  expect(lines('plain\n\n')).toEqual(['  Replies SM…1234: plain']);
  // Of several messages nobody knows which.
  expect(lines('plain\n', eventOf('e1', 'e2'))).toEqual(['  Replies: plain']);
});

test('an error has its stack in the sources, and no frames of Node', () => {
  const stack = [
    'RangeError: why',
    '    at reply (/tmp/builds/handlers/reply.ts:3:7)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  ].join('\n');
  expect(lines(line({ service: 'lambda', message: 'RangeError: why', stack }))).toEqual([
    '  Replies: RangeError: why',
    '      at reply (handlers/reply.ts:3:7)',
  ]);
});

test('metrics are not shown, and control characters are made visible', () => {
  expect(lines(line({ _aws: {}, HandlerSucceeded: 1 }))).toEqual([]);
  expect(lines('\u001b[2Jx\n', {})).toEqual(['  Replies: \\u001b[2Jx']);
});
