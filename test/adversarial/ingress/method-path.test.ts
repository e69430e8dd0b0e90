import { newMessageSid, statusForm } from '../../helpers/webhooks';
import { expectGatewayAnswer, expectOutcome } from '../support/outcome';
import { runCases } from '../support/run-cases';

runCases('ingress/method-path', {
  'ING-P-OTHERSTAGE': async (edge, one) => {
    const form = edge.sms();
    const url = edge.publicUrl('messages').replace('/dev/', '/prod/');
    expect(url).toContain('/prod/');
    await expectOutcome(edge, one, await edge.send({ form, signature: edge.sign(url, form) }));
  },

  'ING-P-DOUBLESLASH': async (edge, one) => {
    await expectGatewayAnswer(edge, one, await edge.send({ path: '//messages' }));
  },

  'ING-P-ENC': async (edge, one) => {
    const path = '/%6Dessages';
    const form = edge.sms();
    await expectOutcome(edge, one, await edge.send({ path, form }));
    const asWritten = edge.sign(edge.publicUrl('messages').replace('/messages', path), form);
    await expectOutcome(edge, one, await edge.send({ path, form, signature: asWritten }), {
      status: 403,
      reason: 'signature_mismatch',
      level: 'warn',
      because: 'the signed URL comes from configuration, also where the path decodes to the route',
    });
  },

  'ING-P-QMARK': async (edge, one) => {
    const path = '/messages%3Fadmin=1%23x';
    const because = 'the front door cuts the path at a decoded question mark, so ingress is reached';
    await expectOutcome(edge, one, await edge.send({ path, signature: null }), {
      status: 403,
      reason: 'signature_missing',
      level: 'warn',
      because,
    });
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages', 'admin=1'), form);
    await expectOutcome(edge, one, await edge.send({ path, form, signature }), {
      status: 403,
      reason: 'signature_mismatch',
      level: 'warn',
      because: 'an encoded question mark in the path starts no query',
    });
  },

  'ING-P-CASE': async (edge, one) => {
    await expectGatewayAnswer(edge, one, await edge.send({ path: '/MESSAGES' }));
  },

  'ING-P-ROUTESWAP': async (edge, one) => {
    const form = { ...statusForm(newMessageSid(), 'sent'), AccountSid: edge.account.accountSid };
    const signature = edge.sign(edge.publicUrl('status'), form);
    await expectOutcome(edge, one, await edge.send({ route: 'messages', form, signature }));
  },
});
