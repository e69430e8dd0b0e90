import { createHandlerPorts } from '../../../../lambda/handlers/aws/handler-ports';
import { onMessage } from '../../../../lambda/handlers/handlers';
import { messageReceived } from '../../../../lambda/handlers/testing';

const environment = {
  STAGE_NAME: 'dev',
  HANDLER_NAME: 'Replies',
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/replies.fifo',
  MAX_RECEIVES: '5',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/000000000000/dead.fifo',
  IDEMPOTENCY_TABLE_NAME: 'HandledEvents',
  REPLY_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:reply',
};
const signal = new AbortController().signal;

/** What is printed while `act` runs, as JSON. */
const printed = (act: () => void): readonly Readonly<Record<string, unknown>>[] => {
  const lines: string[] = [];
  const keep = (chunk: string | Uint8Array) => lines.push(String(chunk)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(keep));
  try {
    act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  const texts = lines.flatMap((text) => text.split('\n')).filter((text) => text !== '');
  return texts.map((text) => JSON.parse(text) as Readonly<Record<string, unknown>>);
};

test('the environment of a handler is checked as a whole', () => {
  expect(() => createHandlerPorts({ HANDLER_NAME: 'a b', REPLY_SECRET_ARN: 'x' })).toThrow(
    /STAGE_NAME is not set; HANDLER_NAME is "a b".*DEAD_LETTER_QUEUE_URL.*IDEMPOTENCY_TABLE_NAME.*REPLY_SECRET_ARN/,
  );
});

test('a file with a handler can be imported without an environment, and a call says what is missing', async () => {
  const handler = onMessage(() => Promise.resolve());
  await expect(handler({ Records: [] }, { getRemainingTimeInMillis: () => 30_000 })).rejects.toThrow(
    'The environment of the handler is wrong: STAGE_NAME is not set',
  );
});

test("a handler's lines have its service, its own fields and no reserved name of its choice", () => {
  const ports = createHandlerPorts(environment);
  const lines = printed(() => {
    ports.log('looked up', { found: true, eventId: 'e', level: 'x', service: 'y', message: 'z' });
    ports.logOutcome('error', { reason: 'failed', eventId: 'e', durationMs: 3 });
  });
  const [line, outcome] = lines;
  expect(line).toMatchObject({
    level: 'INFO',
    service: 'handler-Replies',
    message: 'looked up',
    found: true,
    eventId: 'e',
  });
  expect(outcome).toMatchObject({ level: 'ERROR', service: 'handler-Replies', reason: 'failed', durationMs: 3 });
});

test('its metrics have service and stage', () => {
  const { metrics } = createHandlerPorts(environment);
  const [line] = printed(() => {
    metrics.count('HandlerSucceeded');
    metrics.flush();
  });
  expect(line).toMatchObject({ service: 'handler-Replies', Stage: 'dev', HandlerSucceeded: 1 });
});

test('a handler that may not reply says how it may', async () => {
  const { sendReply } = createHandlerPorts({ ...environment, REPLY_SECRET_ARN: '' });
  await expect(sendReply(messageReceived().data, { body: 'hi' }, signal)).rejects.toMatchObject({
    message: 'this handler may not reply: register it with reply: true',
  });
});
