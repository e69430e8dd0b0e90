import { readRequest } from '../../lambda/ingress/request';
import { parseForm } from '../../lambda/shared/payload/form';
import { verifySignature } from '../../lambda/shared/signature/signature';
import { checkBeforeVerification } from '../../lambda/shared/webhook/early-checks';
import { atMost, figure } from '../figures';
import { interleave, ratios, sample } from '../sampling';
import { account, apiGatewayEvent, encodeForm, forgedSignature, messagesUrl, smsForm } from '../webhooks';
import type { Row } from './bench';

/**
 * The saving of the check of the signature's form: a header that cannot be a signature is rejected before anything is
 * decoded, parsed or hashed. Both are measured without their log line, which costs the same.
 */
export const malformed: Row = async ({ quick }) => {
  const body = encodeForm(smsForm());
  const key = { algorithm: 'HMAC-SHA1', secret: account.authToken } as const;
  /** @returns nanoseconds for each */
  const check = (signature: string, times: number): number => {
    const request = readRequest(apiGatewayEvent(body, signature));
    const since = process.hrtime.bigint();
    for (let time = 0; time < times; time += 1) {
      const received = checkBeforeVerification(request, {});
      const accepted =
        !('rejection' in received) &&
        verifySignature(key, received.signature.signature, {
          url: messagesUrl,
          params: parseForm(received.body),
        });
      if (accepted) throw new Error('A forged signature was accepted.');
    }
    return Number(process.hrtime.bigint() - since) / times;
  };
  const [shapeless, forgeries] = quick ? [20_000, 500] : [200_000, 5_000];
  const nanoseconds = await interleave(
    {
      malformed: () => Promise.resolve(check('not a signature', shapeless)),
      forged: () => Promise.resolve(check(forgedSignature, forgeries)),
    },
    quick ? 5 : 21,
  );
  const median = (name: 'malformed' | 'forged') => (sample(nanoseconds[name]).median / 1000).toFixed(2);
  return [
    figure(
      'reject',
      'a malformed header, relative to a forged one, before I/O',
      ratios(nanoseconds.malformed, nanoseconds.forged),
      '×',
      { goal: atMost(0.01), note: `malformed ${median('malformed')} µs, forged ${median('forged')} µs` },
    ),
  ];
};
