import type { ChangeVisibility } from '../shared/runtime/ports';
import { sendHttp } from '../shared/runtime/send-http';
import { createPostSigner } from './sign-post';

/**
 * One signed `ChangeMessageVisibility`, without retry: if it fails, the queue's visibility timeout applies. The SDK's
 * SQS client would add 21 kB to the consumer's bundle and exceed its limit. As that client does, this takes the
 * endpoint from the queue's URL.
 * @param region Lambda sets AWS_REGION: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export const createChangeVisibility = (queueUrl: string, region = '', timeoutMs = 1000): ChangeVisibility => {
  const url = new URL('/', queueUrl);
  const sign = createPostSigner('sqs', region);
  return async (receiptHandle, seconds, signal) => {
    const body = JSON.stringify({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    const headers = await sign(
      url,
      { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ChangeMessageVisibility' },
      body,
    );
    const bounds = { timeoutMs, maxAnswerBytes: 64 * 1024, signal };
    const { status } = await sendHttp({ url, method: 'POST', headers, body }, bounds);
    if (status !== 200) throw new VisibilityError(status);
  };
};

/** SQS refused to change a message's visibility. */
class VisibilityError extends Error {
  override readonly name = 'VisibilityError';
  readonly $metadata: { readonly httpStatusCode: number };
  constructor(httpStatusCode: number) {
    super(`ChangeMessageVisibility was answered ${httpStatusCode} instead of 200.`);
    this.$metadata = { httpStatusCode };
  }
}
