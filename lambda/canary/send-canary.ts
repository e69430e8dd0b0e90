import { canaryParams, canaryUserAgent } from '../shared/contract/canary';
import type { LogFields } from '../shared/runtime/ports';
import { sign } from '../shared/signature/signature';
import type { AccountToken, CanaryPorts } from './ports';

/** Which step failed. The runbook knows these reasons. */
export type CanaryReason =
  | 'canary_secret_not_usable'
  | 'canary_token_refused'
  | 'canary_dns_failed'
  | 'canary_no_answer'
  | 'canary_rejected'
  | 'canary_not_stored'
  | 'canary_not_published';

export interface CanaryFailure extends Pick<LogFields, 'detail' | 'status' | 'errorName' | 'serviceStatus'> {
  readonly reason: CanaryReason;
}

/**
 * Posts a canary, signed as Twilio signs.
 * @returns undefined if the gateway accepted it
 */
export const sendCanary = async (
  ports: Pick<CanaryPorts, 'post'>,
  eventsUrl: string,
  { accountSid, authToken }: AccountToken,
  canaryId: string,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<CanaryFailure | undefined> => {
  const params = canaryParams(accountSid, canaryId);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    'user-agent': canaryUserAgent,
    'x-twilio-signature': sign({ algorithm: 'HMAC-SHA1', secret: authToken }, { url: eventsUrl, params }),
    ...(authorization === undefined ? {} : { authorization }),
  };
  const body = new URLSearchParams(params as Readonly<Record<string, string>>).toString();
  const result = await ports.post(eventsUrl, headers, body, signal);
  switch (result.kind) {
    case 'no_address':
      return {
        reason: 'canary_dns_failed',
        detail: 'the host of the webhook URL has no address: check the domain and its DNS records',
        errorName: result.errorName,
      };
    case 'no_answer':
      return {
        reason: 'canary_no_answer',
        detail: 'no connection to the webhook URL, or no answer in time: check the certificate and the network',
        errorName: result.errorName,
      };
    case 'answer':
      return result.status >= 200 && result.status < 300
        ? undefined
        : { reason: 'canary_rejected', status: result.status, detail: meaningOf(result.status) };
  }
};

const meaningOf = (status: number): string => {
  switch (status) {
    case 401:
      return "the user name and password of the stage's own secret are not accepted";
    case 403:
      return 'the signature is not accepted: ingress has another Auth Token, or another URL than the stack prints';
    case 404:
      return 'the URL leads to no webhook route: the domain or its mapping belongs to another API';
    case 429:
      return 'the throttle of the HTTP API is used up';
    default:
      return status >= 500
        ? 'ingress failed or is not reached: the log of ingress has the reason'
        : 'the answer is not one of ingress: another server answers at the URL';
  }
};
