import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import express from 'express';
import twilio from 'twilio';
import { cpuMicroseconds, serveCommands } from '../programs/commands';
import { account, messagesUrl } from '../webhooks';

// The example of Twilio's documentation, plus a queue. Its token is in memory, so no secret is read or rotated, and a
// rejected request writes no log line.
// https://www.twilio.com/docs/usage/tutorials/how-to-secure-your-express-app-by-validating-incoming-twilio-requests

const queue = new SQSClient({});
const app = express();
app.disable('x-powered-by');
app.use(express.urlencoded({ extended: false }));
app.post('/prod/messages', twilio.webhook({ url: messagesUrl }, account.authToken), async (request, response) => {
  // The form parser's result.
  const params = request.body as Readonly<Record<string, string>>;
  const requestId = randomUUID();
  await queue.send(
    new SendMessageCommand({
      QueueUrl: process.env['EVENT_QUEUE_URL'],
      MessageBody: JSON.stringify({ params, receivedAt: new Date().toISOString(), requestId }),
      MessageGroupId: params['AccountSid'],
    }),
  );
  process.stdout.write(`${JSON.stringify({ level: 'INFO', message: 'accepted', requestId })}\n`);
  response.type('text/xml').send('<Response/>');
});

const server = app.listen(0, '127.0.0.1', () => {
  // A server on a TCP port has an AddressInfo.
  serveCommands({ port: (server.address() as AddressInfo).port }, { cpu: cpuMicroseconds });
});
