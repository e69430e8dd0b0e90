import { ingressEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { startProgram } from '../processes';
import { interleave, ratios, sample } from '../sampling';
import { apiGatewayEvent, encodeForm, forgedSignature, smsForm } from '../webhooks';
import type { Row } from './bench';

/**
 * CPU of a forged webhook in the ingress handler, relative to a handler that only parses the form, calls Twilio's
 * validator and writes a line. Without HTTP, which would cost both more than the rejection.
 */
export const bareHandler: Row = async ({ programs, aws, quick }) => {
  const start = (name: 'ingress' | 'peers/naive-ingress') =>
    startProgram(programs.file('programs/hostile-host'), ingressEnvironment(aws.ready.http), [programs.file(name)]);
  const hosts = { ours: await start('ingress'), bare: await start('peers/naive-ingress') };
  const event = apiGatewayEvent(encodeForm(smsForm()), forgedSignature);
  /** @returns microseconds of CPU for each event */
  const repeat = (name: keyof typeof hosts, times: number): Promise<number> =>
    hosts[name].call<number>('repeat', { event, times, expectedStatus: 403 });
  try {
    for (const name of ['ours', 'bare'] as const) await repeat(name, quick ? 500 : 20_000);
    const times = quick ? 200 : 5_000;
    const microseconds = await interleave(
      { ours: () => repeat('ours', times), bare: () => repeat('bare', times) },
      quick ? 3 : 11,
    );
    const median = (name: keyof typeof hosts): string => sample(microseconds[name]).median.toFixed(0);
    return [
      figure(
        'reject',
        'CPU without HTTP, relative to a bare handler that calls the validator',
        ratios(microseconds.ours, microseconds.bare),
        '×',
        { goal: atMost(2), note: `ours ${median('ours')} µs, the bare handler ${median('bare')} µs` },
      ),
    ];
  } finally {
    await Promise.all([hosts.ours.stop(), hosts.bare.stop()]);
  }
};
