import { createHmac } from 'node:crypto';
import { readRequest } from '../../lambda/ingress/request';
import { checkBeforeVerification } from '../../lambda/shared/webhook/early-checks';
import { atMost, figure } from '../figures';
import { interleave, ratios, sample } from '../sampling';
import { account, apiGatewayEvent, encodeForm, smsForm } from '../webhooks';
import type { Row } from './bench';

/**
 * The cost of a header that cannot be a signature: it is rejected before anything is decoded, parsed or hashed. One
 * HMAC of the body is less than any verification costs, and does not change with our code. Without the log line.
 */
export const malformed: Row = async ({ quick }) => {
  const body = encodeForm(smsForm());
  const request = readRequest(apiGatewayEvent(body, 'not a signature'));
  /** @returns nanoseconds for each */
  const timeOf = (work: () => void, times: number): number => {
    const since = process.hrtime.bigint();
    for (let time = 0; time < times; time += 1) work();
    return Number(process.hrtime.bigint() - since) / times;
  };
  const check = () => {
    if (!('rejection' in checkBeforeVerification(request, {}))) throw new Error('A malformed header was accepted.');
  };
  const hash = () => void createHmac('sha1', account.authToken).update(body).digest('base64');
  const [checks, hashes] = quick ? [20_000, 2_000] : [200_000, 20_000];
  const nanoseconds = await interleave(
    {
      malformed: () => Promise.resolve(timeOf(check, checks)),
      hmac: () => Promise.resolve(timeOf(hash, hashes)),
    },
    quick ? 5 : 21,
  );
  const median = (name: 'malformed' | 'hmac') => (sample(nanoseconds[name]).median / 1000).toFixed(2);
  return [
    figure(
      'reject',
      'a malformed header, relative to one HMAC of the body',
      ratios(nanoseconds.malformed, nanoseconds.hmac),
      '×',
      { goal: atMost(0.2), note: `malformed ${median('malformed')} µs, HMAC ${median('hmac')} µs` },
    ),
  ];
};
