import { newMessageSid, statusForm } from '../../helpers/webhooks';
import { expectGatewayAnswer, expectSent, mismatchBecause } from '../support/outcome';
import { runCases } from '../support/run-cases';

runCases('ingress/method-path', {
  'ING-P-OTHERSTAGE': async (edge, testCase) => {
    const form = edge.sms();
    const url = edge.publicUrl('messages').replace('/dev/', '/prod/');
    expect(url).toContain('/prod/');
    await expectSent(edge, testCase, { form, signature: edge.sign(url, form) });
  },

  'ING-P-DOUBLESLASH': async (edge, testCase) => {
    await expectGatewayAnswer(edge, testCase, await edge.send({ path: '//messages' }));
  },

  'ING-P-ENC': async (edge, testCase) => {
    const path = '/%6Dessages';
    const form = edge.sms();
    await expectSent(edge, testCase, { path, form });
    const asWritten = edge.sign(edge.publicUrl('messages').replace('/messages', path), form);
    await expectSent(
      edge,
      testCase,
      { path, form, signature: asWritten },
      mismatchBecause('the signed URL comes from the configuration, not from the path'),
    );
  },

  'ING-P-QMARK': async (edge, testCase) => {
    const path = '/messages%3Fadmin=1%23x';
    const because = 'API Gateway cuts the path at a decoded question mark, so ingress is invoked';
    await expectSent(
      edge,
      testCase,
      { path, signature: null },
      {
        status: 403,
        reason: 'signature_missing',
        level: 'warn',
        because,
      },
    );
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages', 'admin=1'), form);
    await expectSent(
      edge,
      testCase,
      { path, form, signature },
      mismatchBecause('an encoded question mark in the path starts no query'),
    );
  },

  'ING-P-CASE': async (edge, testCase) => {
    await expectGatewayAnswer(edge, testCase, await edge.send({ path: '/MESSAGES' }));
  },

  'ING-P-ROUTESWAP': async (edge, testCase) => {
    const form = { ...statusForm(newMessageSid(), 'sent'), AccountSid: edge.account.accountSid };
    const signature = edge.sign(edge.publicUrl('status'), form);
    await expectSent(edge, testCase, { route: 'messages', form, signature });
  },
});
