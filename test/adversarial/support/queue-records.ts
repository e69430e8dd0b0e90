import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { encodeEnvelope, type Envelope } from '../../../lambda/shared/payload/envelope';
import { parseForm } from '../../../lambda/shared/payload/form';
import type { RouteName, WebhookKind } from '../../../lambda/shared/contract/routes';
import { signedTextOf } from '../../../lambda/shared/signature/signature';
import { eventIdOf, signedTextHash } from '../../../lambda/shared/payload/event-id';
import { readParams } from '../../../lambda/shared/payload/reading';
import { encodeForm, statusForm, type Form } from '../../helpers/webhooks';
import type { LogLine } from './edge-log';
import type { Edge } from './test-gateway';

/** A queue message as the consumer receives it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

const routeOf: Readonly<Record<WebhookKind, RouteName>> = {
  message: 'messages',
  status: 'status',
  usage: 'usage',
  event: 'events',
};

/** What ingress puts on the queue for a form of this account. */
export const envelopeOf = (edge: Edge, kind: WebhookKind, form: Form, changes: Partial<Envelope> = {}): string => {
  const body = Buffer.from(encodeForm(form));
  const params = parseForm(body);
  const textHash = signedTextHash(signedTextOf(edge.publicUrl(routeOf[kind]), params));
  return encodeEnvelope({
    eventId: eventIdOf(readParams(kind, params), textHash),
    signedTextHash: textHash,
    kind,
    route: routeOf[kind],
    accountSid: edge.account.accountSid,
    contentType: 'form',
    body,
    query: '',
    receivedAt: new Date().toISOString(),
    requestId: randomUUID(),
    tokenSlot: 'current',
    ...changes,
  });
};

let recordsMade = 0;
/** Records with unique ids that begin with `r1`, `r2` and so on. */
export const recordsOf = (...bodies: readonly string[]): readonly QueueRecord[] => {
  recordsMade += 1;
  return bodies.map((body, index) => ({ messageId: `r${index + 1}-${recordsMade}`, body }));
};

export const messageRecords = (edge: Edge, count: number): readonly QueueRecord[] =>
  recordsOf(...Array.from({ length: count }, () => envelopeOf(edge, 'message', edge.sms())));

export const statusEnvelope = (edge: Edge, sid: string, status: string, changes: Form = {}): string =>
  envelopeOf(edge, 'status', statusForm(sid, status, { AccountSid: edge.account.accountSid, ...changes }));

/**
 * Hands the consumer bundle a batch.
 * @returns the ids of the batch response, sorted
 */
export const consume = async (
  edge: Edge,
  records: readonly QueueRecord[],
  receiveCount = 1,
): Promise<readonly string[]> => {
  const result = await edge.gateway.gateway.functionNamed('Consumer').invoke({
    Records: records.map((record) => ({
      ...record,
      receiptHandle: 'none',
      attributes: { ApproximateReceiveCount: String(receiveCount) },
    })),
  });
  if (result.kind !== 'ok') throw new Error(`the consumer ended with ${result.kind}`);
  // The contract of `ReportBatchItemFailures`.
  const { batchItemFailures } = result.payload as {
    readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  };
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort();
};

/** Sorted. */
export const idsOf = (records: readonly QueueRecord[]): readonly string[] =>
  records.map(({ messageId }) => messageId).sort();

/** The consumer logged for each record that it failed, with the error's name and the receive count. */
export const expectFailed = async (edge: Edge, records: readonly QueueRecord[], errorName: string): Promise<void> => {
  for (const { messageId } of records) {
    const lines = await edge.log.consumerLines(messageId);
    expect(lines[0]).toMatchObject({ level: 'ERROR', reason: 'record_failed', errorName, receiveCount: 1 });
  }
};

/** The consumer logged for each record that it is stored, or is a duplicate. */
export const expectDone = async (
  edge: Edge,
  records: readonly QueueRecord[],
  reason: 'record_stored' | 'duplicate' = 'record_stored',
): Promise<readonly LogLine[]> => {
  const lines: LogLine[] = [];
  for (const { messageId } of records) {
    const found = await edge.log.consumerLines(messageId);
    expect(found.at(-1)).toMatchObject({ level: 'INFO', reason });
    lines.push(...found);
  }
  return lines;
};

/** Puts a message on the event queue directly. */
export const enqueue = async (edge: Edge, body: string): Promise<string> => {
  const { MessageId = '' } = await edge.gateway.sqs.send(
    new SendMessageCommand({ QueueUrl: edge.gateway.gateway.state.queues.events, MessageBody: body }),
  );
  return MessageId;
};
