import { expectOutcome } from '../support/outcome';
import { runCases } from '../support/run-cases';

runCases('ingress/content-type', {
  'ING-C-MISSING': async (edge, one) => {
    await expectOutcome(edge, one, await edge.send({ contentType: null }), {
      status: 415,
      reason: 'unsupported_media_type',
      level: 'warn',
      because: 'Twilio always names the type; a body of unknown type is not guessed',
    });
  },

  'ING-C-TEXT': async (edge, one) => {
    await expectOutcome(edge, one, await edge.send({ contentType: 'text/plain' }));
  },

  'ING-C-XML': async (edge, one) => {
    const body = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    for (const contentType of ['application/xml', 'text/xml']) {
      await expectOutcome(edge, one, await edge.send({ contentType, form: {}, body }));
    }
  },

  'ING-C-CHARSET': async (edge, one) => {
    for (const contentType of [
      'Application/X-WWW-Form-UrlEncoded ; Charset=utf-8',
      'application/x-www-form-urlencoded',
      'application/x-www-form-urlencoded;charset="UTF-8"',
    ]) {
      await expectOutcome(edge, one, await edge.send({ contentType }));
    }
    const contentType = 'application/x-www-form-urlencoded; charset=utf-16';
    await expectOutcome(edge, one, await edge.send({ contentType }), {
      status: 415,
      reason: 'unsupported_media_type',
      level: 'warn',
      because: 'another charset would be another text',
    });
  },

  'ING-C-GZIP': async (edge, one) => {
    for (const encoding of ['gzip', 'GZIP', 'identity, gzip']) {
      await expectOutcome(edge, one, await edge.send({ headers: [['Content-Encoding', encoding]] }));
    }
  },
});
