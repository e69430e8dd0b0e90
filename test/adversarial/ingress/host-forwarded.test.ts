import { randomBytes } from 'node:crypto';
import { acceptedBecause, expectAnswer, expectSent } from '../support/outcome';
import { runCases } from '../support/run-cases';

const evilHost = [['Host', 'evil.example']] as const;

runCases('ingress/host-forwarded', {
  'ING-H-HOST': async (edge, testCase) => {
    const signature = randomBytes(20).toString('base64');
    await expectSent(edge, testCase, { headers: evilHost, signature });
    await expectSent(edge, testCase, { headers: evilHost }, acceptedBecause('the Host header is not read'));
  },

  'ING-H-HOSTSIGNED': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign('https://evil.example/dev/messages', form);
    await expectSent(edge, testCase, { form, signature, headers: evilHost });
    const forwarded = [...evilHost, ['X-Forwarded-Host', 'evil.example']] as const;
    await expectSent(edge, testCase, { form, signature, headers: forwarded });
  },

  'ING-H-HTTP': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages').replace('https:', 'http:'), form);
    const headers = [['X-Forwarded-Proto', 'http']] as const;
    await expectSent(edge, testCase, { form, signature, headers });
  },

  'ING-H-PORT443': async (edge, testCase) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages').replace('.com/', '.com:443/'), form);
    await expectSent(edge, testCase, { form, signature });
  },

  'ING-H-XFF': async (edge, testCase) => {
    const entries = Array.from({ length: 100 }, () => '198.51.100.7').join(', ');
    const exchange = await edge.send({ headers: [['X-Forwarded-For', entries]] });
    // The line of an accepted webhook has no address; that of a rejected one has API Gateway's.
    expect(await expectAnswer(edge, testCase, exchange)).not.toHaveProperty('sourceIp');
    await edge.expectEffects({ queued: 1, stored: 1 });
    const signature = randomBytes(20).toString('base64');
    const forged = await edge.send({ headers: [['X-Forwarded-For', entries]], signature });
    expect(await edge.log.ingressLine(forged.requestId)).toMatchObject({ sourceIp: '127.0.0.1', status: 403 });
    expect(JSON.stringify(edge.log.lines())).not.toContain('198.51.100.7');
  },
});
