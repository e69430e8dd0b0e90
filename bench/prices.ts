/**
 * Dollars in us-east-1 without free tier. Check the page before you quote a price.
 *
 * `read` is the day of the check. `quoted`: several texts of 2026 give this price, but it was not read on AWS's page.
 */
interface Price {
  readonly dollars: number;
  readonly for: string;
  readonly page: string;
  readonly read: string;
  readonly quoted?: true;
}

const api = 'https://aws.amazon.com/api-gateway/pricing/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const sqs = 'https://aws.amazon.com/sqs/pricing/';
const sns = 'https://aws.amazon.com/sns/pricing/';
const dynamodb = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const cloudwatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const secretsManager = 'https://aws.amazon.com/secrets-manager/pricing/';

const million = 'a million';
const gigabyte = 'a GB';
const month = 'a month';
const [first, second] = ['2026-11-22', '2026-11-27'] as const;

export const priceList = {
  /** Requests of at most 512 kB. */
  httpApiRequests: { dollars: 1.0, for: million, page: api, read: first },
  restApiRequests: { dollars: 3.5, for: million, page: api, read: first },
  lambdaRequests: { dollars: 0.2, for: million, page: lambda, read: first },
  lambdaArm64: { dollars: 13.3334, for: 'a million GB-seconds', page: lambda, read: first },
  lambdaX86: { dollars: 16.6667, for: 'a million GB-seconds', page: lambda, read: first },
  /** Requests of up to 64 kB; receiving or deleting a batch is one request. */
  sqsRequests: { dollars: 0.4, for: million, page: sqs, read: first },
  sqsFifoRequests: { dollars: 0.5, for: million, page: sqs, read: first },
  /** Requests to publish, each with up to ten messages, and the bytes in them. */
  snsFifoPublishes: { dollars: 0.3, for: million, page: sns, read: second, quoted: true },
  snsFifoPublishedGigabyte: { dollars: 0.017, for: gigabyte, page: sns, read: second, quoted: true },
  /** Messages times subscriptions, also those that a filter leaves out. */
  snsFifoDeliveries: { dollars: 0.01, for: million, page: sns, read: second, quoted: true },
  snsFifoDeliveredGigabyte: { dollars: 0.001, for: gigabyte, page: sns, read: second, quoted: true },
  /** Units of 1 kB. */
  dynamodbWrites: { dollars: 0.625, for: million, page: dynamodb, read: first },
  /** Units of 4 kB; an eventually consistent read is half a unit. An item that is not there costs the same. */
  dynamodbReads: { dollars: 0.125, for: million, page: dynamodb, read: second, quoted: true },
  dynamodbStorage: { dollars: 0.25, for: 'a GB and month', page: dynamodb, read: second, quoted: true },
  /** Point-in-time recovery. */
  dynamodbBackup: { dollars: 0.2, for: 'a GB and month', page: dynamodb, read: second, quoted: true },
  secretReads: { dollars: 5.0, for: million, page: secretsManager, read: first },
  secrets: { dollars: 0.4, for: month, page: secretsManager, read: second, quoted: true },
  logGigabyte: { dollars: 0.5, for: gigabyte, page: cloudwatch, read: first },
  customMetrics: { dollars: 0.3, for: month, page: cloudwatch, read: second, quoted: true },
  /** For each metric that the alarm reads. */
  alarmMetrics: { dollars: 0.1, for: month, page: cloudwatch, read: second, quoted: true },
  /** AWS charges nothing for the first three of an account; the model charges for each. */
  dashboards: { dollars: 3.0, for: month, page: cloudwatch, read: second, quoted: true },
  xrayTraces: { dollars: 5.0, for: million, page: 'https://aws.amazon.com/xray/pricing/', read: first },
  keys: { dollars: 1.0, for: month, page: 'https://aws.amazon.com/kms/pricing/', read: second, quoted: true },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof priceList;

export const region = 'us-east-1';
export const pricesReadOn = second;

/** The dollars alone. */
export const prices = Object.fromEntries(
  Object.entries(priceList).map(([name, { dollars }]) => [name, dollars]),
) as Readonly<Record<PriceName, number>>; // fromEntries loses the type of the names.

/** Plans of hosted gateways. Their units differ, so that only the entry price can be compared. */
export const hostedGateways = {
  read: first,
  page: 'https://dev.to/emithq/why-we-built-emithq-the-49-490-webhook-pricing-gap-npd',
  plans: { 'Hookdeck Team': 39, Convoy: 99, Svix: 490 },
} as const;

/**
 * What neither template nor bundles contain. Times are for 512 MB on arm64 in the region of the services; measure a
 * stage for better ones.
 */
export const assumed = {
  ingressMs: 12,
  coldStartMs: 350,
  /** Of the invocations of ingress. */
  coldShare: 0.01,
  consumerBaseMs: 8,
  consumerRecordMs: 1.5,
  /** Until an AWS service has answered. */
  awsCallMs: 5,
  publisherRecordMs: 2.5,
  handlerRecordMs: 3.5,
  /** Until Twilio has answered that it sends a reply. */
  twilioCallMs: 150,
  /** Until Twilio has answered with a page of its list. */
  listCallMs: 500,
  /** From the begin of a canary until its item is in the table and removed. */
  canaryMs: 700,
  /** From the receive of a batch until its messages are deleted. */
  batchSeconds: 0.07,
  /**
   * Lambda begins with five long polls for each queue: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
   */
  pollers: 5,
  pollSeconds: 20,
  /** Of a new on-demand table, each read four times a second. */
  streamShards: 4,
  streamReadsPerSecond: 4,
  /** X-Ray's default rule: the first request of each second, and this share of the others. */
  sampledShare: 0.05,
  daysPerMonth: 30.4,
} as const;
