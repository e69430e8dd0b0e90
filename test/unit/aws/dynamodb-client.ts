import { DynamoDBClient, GetItemCommand, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { createSdkClient } from '../../../lambda/aws/sdk/client';
import { answerJson, credentials, startService, type Answer, type Service } from './service';

/** A service for each test of a file. It ends after the test. */
export const dynamoDbOfEachTest = () => {
  let service: Service;
  afterEach(() => service.stop());
  return {
    /** DynamoDB's client, against a service that answers what the test says. */
    start: async (
      answer: Answer,
      config: DynamoDBClientConfig = {},
      { host, requestTimeoutMs = 200 }: { readonly host?: string; readonly requestTimeoutMs?: number } = {},
    ): Promise<DynamoDBClient> => {
      service = await startService(answer, host);
      return createSdkClient(
        DynamoDBClient,
        { requestTimeoutMs, maxAttempts: 3 },
        { endpoint: service.endpoint, region: 'eu-west-1', credentials, retryStrategy: retries(1), ...config },
      );
    },
    received: (): Service['received'] => service.received,
  };
};

/** Two retries after the same pause. */
export const retries = (pauseMs: number): NonNullable<DynamoDBClientConfig['retryStrategy']> => {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => (count === 0 ? 0 : pauseMs) });
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (last, { errorType }) =>
      errorType === 'CLIENT_ERROR' || last.getRetryCount() === 2
        ? Promise.reject(new Error('No further attempt.'))
        : Promise.resolve(token(last.getRetryCount() + 1)),
    recordSuccess: () => undefined,
  };
};

export const get = (key = 'key') => new GetItemCommand({ TableName: 'table', Key: { id: { S: key } } });
export const item: Answer = (response) => answerJson(response, { Item: { id: { S: 'key' } } });
