import { createHmac } from 'node:crypto';
import type { Form } from '../../helpers/webhooks';
import type { Edge } from '../support/test-gateway';
import { acceptedBecause, expectOutcome, expectSent } from '../support/outcome';
import { runCases, withEdge } from '../support/run-cases';

/** A form whose signature contains both characters that base64url replaces. */
const withSpecialSignature = (edge: Edge): { readonly form: Form; readonly signature: string } => {
  for (;;) {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages'), form);
    if (signature.includes('+') && signature.includes('/')) return { form, signature };
  }
};

runCases('ingress/signature', {
  'ING-S-OK': async (edge, testCase) => {
    const form = edge.sms();
    const item = await expectSent(edge, testCase, { form });
    expect(item).toMatchObject({
      pk: { S: `${edge.account.accountSid}#MESSAGE#${String(form['MessageSid'])}` },
      body: { S: form['Body'] },
    });
  },

  'ING-S-WRONG': async (edge, testCase) => {
    await expectSent(edge, testCase, { signature: Buffer.alloc(20).toString('base64') });
    expect(await edge.log.counted('SignatureRejected', 1)).toBe(1);
  },

  'ING-S-CASE': async (edge, testCase) => {
    for (const name of ['X-Twilio-Signature', 'x-twilio-signature', 'X-TWILIO-SIGNATURE']) {
      const form = edge.sms();
      const signature = edge.sign(edge.publicUrl('messages'), form);
      const overHttp = await edge.send({ form, signature: null, headers: [[name, signature]] });
      await expectOutcome(edge, testCase, overHttp);
      // API Gateway lower-cases header names, but the function does not depend on that.
      const direct = edge.sms();
      const header = { [name]: edge.sign(edge.publicUrl('messages'), direct) };
      const invoked = await edge.invoke({ form: direct, signature: null }, (event) => ({
        ...event,
        headers: { ...event.headers, ...header },
      }));
      await expectOutcome(edge, testCase, invoked);
    }
  },

  'ING-S-DUPMIX': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages'), form);
    await expectSent(edge, testCase, { form, signature: `AAAA,${signature}` });
    const twice = [['X-Twilio-Signature', signature]] as const;
    await expectSent(edge, testCase, { form, signature: 'AAAA', headers: twice });
    await expectSent(edge, testCase, { form, signature, headers: twice });
  },

  'ING-S-WS': async (edge, testCase) => {
    const { form, signature } = withSpecialSignature(edge);
    const urlSafe = signature.replaceAll('+', '-').replaceAll('/', '_');
    for (const other of [signature.replace('=', ''), urlSafe, `${signature}=`, signature.toLowerCase()]) {
      await expectSent(edge, testCase, { form, signature: other });
    }
    for (const padded of [` ${signature}`, `${signature} `]) {
      const invoked = await edge.invoke({ form, signature: null }, (event) => ({
        ...event,
        headers: { ...event.headers, 'x-twilio-signature': padded },
      }));
      await expectOutcome(edge, testCase, invoked);
    }
    await expectSent(
      edge,
      testCase,
      { form, signature: ` ${signature}` },
      acceptedBecause('HTTP removes white space around a header value'),
    );
  },

  'ING-S-NONASCII': async (edge, testCase) => {
    await expectSent(edge, testCase, { signature: 'é'.repeat(28) });
  },

  'ING-S-HEX': async (edge, testCase) => {
    for (const [algorithm, encoding] of [
      ['sha256', 'hex'],
      ['sha256', 'base64'],
      ['sha1', 'hex'],
    ] as const) {
      const form = edge.sms();
      const text = Object.keys(form)
        .sort()
        .reduce((signed, name) => `${signed}${name}${String(form[name])}`, edge.publicUrl('messages'));
      const signature = createHmac(algorithm, edge.account.authToken).update(text).digest(encoding);
      await expectSent(edge, testCase, { form, signature });
    }
  },

  'ING-S-QUERYSIG': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages'), form);
    edge.watch(signature, encodeURIComponent(signature));
    const given = `X-Twilio-Signature=${encodeURIComponent(signature)}`;
    await expectSent(edge, testCase, { form, signature: null, query: given });
    const inBody = { ...form, 'X-Twilio-Signature': signature };
    await expectSent(edge, testCase, { form: inBody, signature: null });
  },

  'ING-S-EMPTYTOKEN': (_edge, testCase) =>
    withEdge({}, async (edge) => {
      await edge.putSecret(JSON.stringify({ accountSid: edge.account.accountSid, authToken: '' }));
      const form = edge.sms();
      const signature = edge.sign(edge.publicUrl('messages'), form, '');
      await expectSent(edge, testCase, { form, signature });
    }),
});
