/**
 * The day on which the prices were read: dollars, us-east-1, without free tier. Check the pages before you quote one.
 */
export const pricesReadOn = '2026-11-22';

export const prices = {
  /** For a million requests of at most 512 kB. https://aws.amazon.com/api-gateway/pricing/ */
  httpApiRequests: 1.0,
  restApiRequests: 3.5,
  /** https://aws.amazon.com/lambda/pricing/ */
  lambdaRequests: 0.2,
  /** For a million GB-seconds. */
  lambdaArm64: 13.3334,
  lambdaX86: 16.6667,
  /**
   * For a million requests of a standard queue, up to 64 kB each; receiving or deleting a batch is one request.
   * https://aws.amazon.com/sqs/pricing/
   */
  sqsRequests: 0.4,
  /** The same for a FIFO queue. */
  sqsFifoRequests: 0.5,
  /**
   * For a million requests to publish to a FIFO topic, each with up to ten messages, and for each GB in them; for a
   * million messages that it delivers, and each GB of those. Not read from the page itself, but from what others write
   * of it: https://aws.amazon.com/sns/pricing/
   */
  snsFifoPublishes: 0.3,
  snsFifoPublishedGigabyte: 0.017,
  snsFifoDeliveries: 0.01,
  snsFifoDeliveredGigabyte: 0.001,
  /** For a million write units of 1 kB, on demand. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  dynamodbWrites: 0.625,
  /** For a million calls. https://aws.amazon.com/secrets-manager/pricing/ */
  secretReads: 5.0,
  /** Per GB ingested. https://aws.amazon.com/cloudwatch/pricing/ */
  logGigabyte: 0.5,
  /** For a million recorded traces. https://aws.amazon.com/xray/pricing/ */
  xrayTraces: 5.0,
} as const;

/**
 * Assumptions that the template does not contain. Times are for a function of 512 MB on arm64 in the region of its
 * services; measure a stage for better ones.
 */
export const assumed = {
  ingressMs: 12,
  coldStartMs: 350,
  coldShare: 0.01,
  consumerBaseMs: 8,
  consumerRecordMs: 1.5,
  /** Until an AWS service has answered. */
  awsCallMs: 5,
  /** Until Twilio has answered that it sends a reply. */
  twilioCallMs: 150,
} as const;
