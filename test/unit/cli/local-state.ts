import { tableName } from './message-table';

/** The file of a local gateway whose services all answer at one endpoint. */
export const localState = (endpoint: string) => ({
  pid: process.pid,
  baseUrl: endpoint,
  publicUrl: null,
  endpoints: { sqs: endpoint, dynamodb: endpoint, secretsmanager: endpoint, sns: endpoint },
  queues: { events: `${endpoint}/q/events`, deadLetters: `${endpoint}/q/dead-letters` },
  tableName,
  secretIds: ['secret'],
  region: 'us-east-1',
});
