import { randomBytes } from 'node:crypto';
import { acceptedBecause, expectAnswer, expectSent } from '../support/outcome';
import { runCases } from '../support/run-cases';

const evilHost = [['Host', 'evil.example']] as const;

runCases('ingress/host-forwarded', {
  'ING-H-HOST': async (edge, one) => {
    const signature = randomBytes(20).toString('base64');
    await expectSent(edge, one, { headers: evilHost, signature });
    await expectSent(edge, one, { headers: evilHost }, acceptedBecause('the Host header is not read'));
  },

  'ING-H-HOSTSIGNED': async (edge, one) => {
    const form = edge.sms();
    const signature = edge.sign('https://evil.example/dev/messages', form);
    await expectSent(edge, one, { form, signature, headers: evilHost });
    const forwarded = [...evilHost, ['X-Forwarded-Host', 'evil.example']] as const;
    await expectSent(edge, one, { form, signature, headers: forwarded });
  },

  'ING-H-HTTP': async (edge, one) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages').replace('https:', 'http:'), form);
    const headers = [['X-Forwarded-Proto', 'http']] as const;
    await expectSent(edge, one, { form, signature, headers });
  },

  'ING-H-PORT443': async (edge, one) => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages').replace('.com/', '.com:443/'), form);
    await expectSent(edge, one, { form, signature });
  },

  'ING-H-XFF': async (edge, one) => {
    const entries = Array.from({ length: 100 }, () => '198.51.100.7').join(', ');
    const exchange = await edge.send({ headers: [['X-Forwarded-For', entries]] });
    expect(await expectAnswer(edge, one, exchange)).toMatchObject({ sourceIp: '127.0.0.1' });
    await edge.expectEffects({ queued: 1, stored: 1 });
  },
});
