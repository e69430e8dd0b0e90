import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { RetryNow } from '../consumer/ports';
import { withTimeLimit } from '../shared/runtime/time-limit';
import { defaultProvider } from './environment-credentials';

export interface RetryNowOptions {
  readonly queueUrl: string;
  readonly region: string;
  /** How long the one attempt may take. */
  readonly timeoutMs?: number;
}

/**
 * One signed `ChangeMessageVisibility` to 0, without retry. The SQS client would be the natural way, but adds 26 kB to a bundle
 * that may have 240 kB, for one call that may fail. As that client does, it takes the endpoint from the queue's URL.
 * @returns a function that rejects if SQS does not answer 200 in time; the message then waits for its visibility timeout
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export const createRetryNow = ({ queueUrl, region, timeoutMs = 1000 }: RetryNowOptions): RetryNow => {
  const endpoint = new URL(queueUrl);
  const signer = new SignatureV4({
    service: 'sqs',
    region,
    credentials: defaultProvider(),
    sha256: Sha256,
  });
  return async (receiptHandle, signal) => {
    const body = JSON.stringify({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 });
    const signed = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path: '/',
      headers: {
        host: endpoint.host,
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'AmazonSQS.ChangeMessageVisibility',
      },
      body,
    });
    await withTimeLimit(timeoutMs, signal, (limited) => post(endpoint, signed.headers, body, limited));
  };
};

/** Not `fetch`: loading it costs more than the call (a global that Node loads when first used). */
const post = (
  endpoint: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const send = endpoint.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(new URL('/', endpoint), { method: 'POST', headers, signal }, (response) => {
      response.on('error', reject).on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new VisibilityError(response.statusCode));
      });
      response.resume();
    });
    request.on('error', reject).end(body);
  });

/** SQS refused to change a message's visibility. */
class VisibilityError extends Error {
  override readonly name = 'VisibilityError';
  readonly $metadata: { readonly httpStatusCode: number | undefined };
  constructor(httpStatusCode: number | undefined) {
    super(`ChangeMessageVisibility was answered ${httpStatusCode ?? 'nothing'} instead of 200.`);
    this.$metadata = { httpStatusCode };
  }
}
