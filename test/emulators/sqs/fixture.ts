import { SQSClient, type Message } from '@aws-sdk/client-sqs';
import { createAwsJsonServer } from '../../../local/server/aws-json';
import { createSqs, type LocalSqs, type SqsOptions } from '../../../local/sqs/sqs';

export const region = 'eu-central-1';
export const accountId = '000000000000';
export const arnOf = (name: string): string => `arn:aws:sqs:${region}:${accountId}:${name}`;

export interface SqsFixture {
  readonly sqs: LocalSqs;
  readonly client: SQSClient;
  readonly endpoint: string;
  /** Moves the clock of the emulator. */
  readonly advance: (seconds: number) => void;
  readonly close: () => Promise<void>;
}

/** The emulator behind HTTP with a fixed clock, and a real SDK client. */
export const startSqs = async (options: Partial<SqsOptions> = {}): Promise<SqsFixture> => {
  let nowMs = Date.now();
  let endpoint = '';
  const sqs = await createSqs({ region, accountId, endpoint: () => endpoint, now: () => nowMs, ...options });
  const server = await createAwsJsonServer(sqs.handler).start();
  endpoint = server.endpoint;
  const client = new SQSClient({
    region,
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    sqs,
    client,
    endpoint,
    advance: (seconds) => {
      nowMs += seconds * 1000;
    },
    close: async () => {
      client.destroy();
      await server.close();
      await sqs.close();
    },
  };
};

/** The only message; fails when there is none or more than one. */
export const only = (messages: readonly Message[] | undefined): Message => {
  const [message] = messages ?? [];
  if (message === undefined || messages?.length !== 1) {
    throw new Error(`Expected one message, got ${messages?.length ?? 0}.`);
  }
  return message;
};
