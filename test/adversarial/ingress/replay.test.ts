import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expectAnswer, expectSent } from '../support/outcome';
import { runCases } from '../support/run-cases';

runCases('ingress/replay', {
  'ING-R-SAME': async (edge, testCase) => {
    const request = { form: edge.sms() };
    const row = await expectSent(edge, testCase, request);
    for (let replay = 0; replay < 2; replay += 1) {
      await expectAnswer(edge, testCase, await edge.send(request));
      await edge.expectEffects({ queued: 1, stored: 0 });
    }
    // A signature has no date: a replay after ten minutes or thirty days differs only in `receivedAt`.
    const sent = edge.sqs.requests.find(({ action }) => action === 'SendMessage')?.body ?? '{}';
    const { MessageBody } = JSON.parse(sent) as { readonly MessageBody: string };
    const envelope = JSON.parse(MessageBody) as Readonly<Record<string, unknown>>;
    for (const later of [10 * 60_000, 30 * 24 * 3_600_000]) {
      const receivedAt = new Date(Date.parse(String(envelope['receivedAt'])) + later).toISOString();
      await edge.gateway.sqs.send(
        new SendMessageCommand({
          QueueUrl: edge.gateway.gateway.state.queues.events,
          MessageBody: JSON.stringify({ ...envelope, receivedAt }),
        }),
      );
    }
    await edge.expectEffects({ queued: 0, stored: 0 });
    expect(await edge.log.counted('Duplicate', 4)).toBe(4);
    expect(await edge.gateway.itemsOf(row?.['pk']?.S ?? '')).toEqual([row]);
  },

  'ING-R-OTHERROUTE': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages'), form);
    for (const route of ['events', 'status', 'usage'] as const) {
      await expectSent(edge, testCase, { route, form, signature });
    }
    const otherStage = edge.publicUrl('messages').replace('/dev/', '/staging/');
    await expectSent(edge, testCase, { form, signature: edge.sign(otherStage, form) });
  },

  'ING-R-TIMEOUTRETRY': async (edge, testCase) => {
    const request = { form: edge.sms() };
    edge.sqs.decide(({ action, earlier }) => ({
      kind: action === 'SendMessage' && earlier === 0 ? 'drop-answer' : 'pass',
    }));
    await expectAnswer(edge, testCase, await edge.send(request));
    await edge.expectEffects({ queued: 2, stored: 1 });
    // The answer to Twilio is lost as well: the same request once more.
    await expectAnswer(edge, testCase, await edge.send(request));
    await edge.expectEffects({ queued: 1, stored: 0 });
  },

  'ING-R-FALLBACK': async (edge, testCase) => {
    const form = edge.sms();
    const failed = { ErrorCode: '11200', ErrorUrl: edge.publicUrl('messages') };
    const request = { form: { ...form, ...failed }, query: 'fallback=1' };
    const item = await expectSent(edge, testCase, request);
    expect(item).toMatchObject({
      pk: { S: `${edge.account.accountSid}#MESSAGE#${String(form['MessageSid'])}` },
      fallback: { BOOL: true },
    });
    // The primary delivery, which Twilio believed had failed, arrives late: still one message.
    await expectAnswer(edge, testCase, await edge.send({ form }));
    await edge.expectEffects({ queued: 1, stored: 0 });
    const primary = await expectSent(edge, testCase);
    expect(primary?.['fallback']).toEqual({ BOOL: false });
  },
});
