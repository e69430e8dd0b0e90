import { createRequire } from 'node:module';
import { encodeEnvelope } from '../../lambda/shared/payload/envelope';
import { signedTextOf } from '../../lambda/shared/signature/signature';
import { signedTextHash } from '../../lambda/shared/payload/event-id';
import { account, encodeForm, messagesUrl, smsForm, statusForm, type Form } from '../webhooks';
import { cpuMicroseconds, serveCommands } from './commands';

// Invokes a consumer bundle with one batch after another, like one execution environment on Lambda.

interface Batch {
  readonly Records: readonly {
    readonly messageId: string;
    readonly receiptHandle: string;
    readonly body: string;
  }[];
}
type Handler = (event: Batch, context: object) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const [, , bundle = ''] = process.argv;
// Every bundle exports `handler`. The benchmark passes the bundle's path as the argument.
const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };
const context = { getRemainingTimeInMillis: () => 30_000 };
const batchSize = 10;

const envelope = (kind: 'message' | 'status', form: Form, eventId: string, number: number): string =>
  encodeEnvelope({
    eventId,
    signedTextHash: signedTextHash(signedTextOf(messagesUrl, form)),
    kind,
    route: kind === 'message' ? 'messages' : 'status',
    accountSid: account.accountSid,
    contentType: 'form',
    body: Buffer.from(encodeForm(form)),
    query: '',
    receivedAt: new Date().toISOString(),
    requestId: `bench-${number}`,
    tokenSlot: 'current',
  });

const record = (number: number): Batch['Records'][number] => {
  // Every second record is a status callback, which updates the message and adds a history item.
  const isMessage = number % 2 === 0;
  const form = isMessage ? smsForm() : statusForm();
  const messageSid = form['MessageSid'] ?? '';
  return {
    messageId: `message-${number}`,
    receiptHandle: `receipt-${number}`,
    body: isMessage
      ? envelope('message', form, messageSid, number)
      : envelope('status', form, `${messageSid}#delivered#-`, number),
  };
};

/** @returns microseconds of CPU for each record */
const store = async (batches: unknown): Promise<number> => {
  const events = Array.from({ length: Number(batches) }, (_, batch) => ({
    Records: Array.from({ length: batchSize }, (__, index) => record(batch * batchSize + index)),
  }));
  const before = cpuMicroseconds();
  for (const event of events) {
    const { batchItemFailures } = await handler(event, context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed.`);
  }
  return (cpuMicroseconds() - before) / (events.length * batchSize);
};

/** @returns bytes of the queue message */
const storeMessage = async (form: Form): Promise<number> => {
  const body = envelope('message', form, form['MessageSid'] ?? '', 0);
  const { batchItemFailures } = await handler(
    { Records: [{ messageId: 'message', receiptHandle: 'receipt', body }] },
    context,
  );
  if (batchItemFailures.length > 0) throw new Error('The record failed.');
  return body.length;
};

serveCommands({}, { store, storeMessage: (form) => storeMessage(form as Form) });
