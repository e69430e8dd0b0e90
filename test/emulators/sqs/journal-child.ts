// Run in a process of its own and killed: sends without end, deletes every second message, and reports to
// its parent what was acknowledged.
import { createSqs } from '../../../local/sqs/sqs';

export interface Acknowledged {
  readonly sent?: string;
  readonly deleted?: string;
}

const report = (acknowledged: Acknowledged): void => {
  process.send?.(acknowledged);
};

const main = async (journalPath: string): Promise<void> => {
  const sqs = await createSqs({
    journalPath,
    region: 'eu-central-1',
    accountId: '000000000000',
    endpoint: () => 'http://127.0.0.1',
    // Small, so that the kill may also hit a compaction.
    compactAboveBytes: 20_000,
  });
  const QueueUrl = sqs.createQueue('events').url;
  const sender = async (name: string): Promise<never> => {
    for (let n = 0; ; n += 1) {
      const body = `${name}-${n}`;
      await sqs.actions.SendMessage({ QueueUrl, MessageBody: body });
      report({ sent: body });
    }
  };
  const consumer = async (): Promise<never> => {
    for (;;) {
      const { Messages = [] } = await sqs.actions.ReceiveMessage({
        QueueUrl,
        WaitTimeSeconds: 20,
        MaxNumberOfMessages: 10,
      });
      for (const { Body = '', ReceiptHandle } of Messages) {
        if (Number(Body.split('-')[1]) % 2 === 1) continue;
        await sqs.actions.DeleteMessage({ QueueUrl, ReceiptHandle });
        report({ deleted: Body });
      }
    }
  };
  await Promise.all([...['a', 'b', 'c', 'd'].map(sender), consumer()]);
};

void main(process.argv[2] ?? '');
