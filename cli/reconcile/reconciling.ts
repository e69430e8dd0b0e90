import type { SendMessageBatchCommandInput, SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import { encodeEnvelope, type Envelope } from '../../lambda/shared/payload/envelope';
import { keyText, knownAttributes, type ReadKnown } from '../../lambda/shared/reconciliation/find-missing';
import type { ReadItems } from '../clients/dynamodb/item-batches';
import type { CallOptions } from '../clients/sdk-configuration';
import { CliError } from '../terminal/cli-error';

/** What `reconcile` reads and writes of a gateway. */
export interface Reconciling {
  readonly read: ReadKnown;
  readonly send: (envelopes: readonly Envelope[]) => Promise<void>;
}

/** The one method of the SDK's `SQS` client that is used. */
export interface SendBatchCalls {
  sendMessageBatch(
    input: SendMessageBatchCommandInput,
    options: CallOptions,
  ): Promise<Pick<SendMessageBatchCommandOutput, 'Failed'>>;
}

/** SQS's limit. */
const maxEntries = 10;

export const createReconciling = (
  readItems: ReadItems,
  sqs: SendBatchCalls,
  queueUrl: string,
  abortSignal: AbortSignal,
): Reconciling => ({
  read: async (keys) => {
    const found = await readItems(keys, knownAttributes);
    return new Map(
      found.map(({ key, item }) => [
        keyText(key),
        Object.fromEntries(knownAttributes.map((name) => [name, item[name]?.S])),
      ]),
    );
  },
  send: async (envelopes) => {
    for (let from = 0; from < envelopes.length; from += maxEntries) {
      const Entries = envelopes.slice(from, from + maxEntries).map((envelope, at) => ({
        Id: String(at),
        MessageBody: encodeEnvelope(envelope),
        MessageGroupId: envelope.accountSid,
      }));
      const { Failed = [] } = await sqs.sendMessageBatch({ QueueUrl: queueUrl, Entries }, { abortSignal });
      if (Failed.length > 0) {
        throw new CliError('SQS did not accept every backfill. Run the same command again: it continues.');
      }
    }
  },
});
