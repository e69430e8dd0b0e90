import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import express from 'express';
import twilio from 'twilio';
import { cpuMicroseconds, serveCommands } from '../programs/commands';
import { account, messagesUrl } from '../webhooks';

// What Twilio's documentation shows, and behind it the queue: https://www.twilio.com/docs/usage/tutorials/how-to-secure-your-express-app-by-validating-incoming-twilio-requests
// The token is in the process, so nothing is ever read or rotated; a refused request writes no log line.

const queue = new SQSClient({});
const app = express();
app.disable('x-powered-by');
app.use(express.urlencoded({ extended: false }));
app.post(
  '/prod/messages',
  twilio.webhook({ url: messagesUrl }, account.authToken),
  async (request, response) => {
    // What the form parser above makes of a body.
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
  },
);

const server = app.listen(0, '127.0.0.1', () => {
  // A server that listens on a port has an address of this kind.
  serveCommands({ port: (server.address() as AddressInfo).port }, { cpu: cpuMicroseconds });
});
