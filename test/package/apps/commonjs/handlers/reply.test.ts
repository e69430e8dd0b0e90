import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askForReply, invoke, messageReceived } from 'twilio-webhook-gateway/handlers/testing';
import { handler as answer } from './answer';
import { handler } from './reply';

test('answers with the text of the message', async () => {
  const { outcome, replies } = await invoke(handler, messageReceived({ body: 'hello' }));
  assert.equal(outcome, 'handled');
  assert.deepEqual(replies, [{ body: 'You wrote: hello' }]);
});

test('answers in the webhook response', async () => {
  assert.deepEqual(await askForReply(answer, { body: 'ping' }), { message: 'pong' });
});
