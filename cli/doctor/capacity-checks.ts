import type { AwsAnswer } from '../clients/aws-request';
import type { Backend } from '../clients/ports';
import { noSettings, type Target } from '../target/target';
import { describeFailure } from '../terminal/failure';
import { propsPlace } from '../terminal/program-name';
import { assumed, drainRate, leftForIngress, newTableRate, stageRate, type StageCapacity } from './capacity-model';
import { limitsOfSettings, limitsOfTemplate, type DeployedLimits } from './deployed-limits';
import {
  advice,
  mergeResults,
  notApplicable,
  onlyFact,
  onlyFindings,
  onlySkipped,
  problem,
  type DoctorResult,
} from './finding';

const concurrencyCheck = 'lambda-concurrency';
const capacityCheck = 'capacity';

/** A burst needs as many environments of ingress as of the consumer. */
export const neededConcurrency = (consumerMaxConcurrency: number): number => 2 * consumerMaxConcurrency;

/** The least that Lambda allows an event source. */
const smallestConcurrency = 2;

/** Fewer environments of ingress refuse webhooks that arrive at once. */
const fewestForIngress = 2;

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const unreservedConcurrency = (body: string): number | undefined => {
  try {
    const { AccountLimit } = JSON.parse(body) as {
      readonly AccountLimit?: { readonly UnreservedConcurrentExecutions?: unknown };
    };
    const found = AccountLimit?.UnreservedConcurrentExecutions;
    return typeof found === 'number' ? found : undefined;
  } catch {
    return undefined;
  }
};

/** The value, or why AWS did not give it. */
const readFromAws = async <Value>(read: () => Promise<Value>, signal: AbortSignal): Promise<Value | string> => {
  try {
    return await read();
  } catch (error) {
    if (signal.aborted) throw error;
    return describeFailure(error, signal, { isDeployed: true }).text;
  }
};

/** The template has what is deployed; lib/stages.ts is for credentials that may not read it. */
const readLimits = async (
  { target, stackTemplate }: Pick<Backend, 'target' | 'stackTemplate'>,
  signal: AbortSignal,
): Promise<DeployedLimits | undefined> => {
  const template = stackTemplate && (await readFromAws(async () => ({ text: await stackTemplate() }), signal));
  const deployed = typeof template === 'object' ? limitsOfTemplate(template.text, target.prefix ?? '') : undefined;
  return deployed ?? limitsOfSettings(target);
};

const unreservedOf = (answer: AwsAnswer | string): number | string => {
  if (typeof answer === 'string') return answer;
  if (answer.status !== 200) {
    const permission = answer.status === 403 ? ' (the permission lambda:GetAccountSettings is missing)' : '';
    return `Lambda answered ${answer.status}${permission}`;
  }
  return unreservedConcurrency(answer.body) ?? 'Lambda’s answer has no limit';
};

const whole = (value: number): string => Math.floor(value).toLocaleString('en-US');

/** Names what takes executions, the consumer first. */
const takers = ({ consumerMaxConcurrency, others }: DeployedLimits): string =>
  [`consumer ${consumerMaxConcurrency}`, ...others.map(({ name, maxConcurrency }) => `${name} ${maxConcurrency}`)].join(
    ', ',
  );

/**
 * Whether enough is left for ingress while everything else runs. New accounts have a limit of 10. Above it Lambda
 * throttles: webhooks are lost, and batches become dead letters.
 */
const concurrency = (limits: DeployedLimits, capacity: StageCapacity, region: string | undefined): DoctorResult => {
  const { unreserved, reservedForIngress, background } = capacity;
  const { consumerMaxConcurrency } = limits;
  const left = leftForIngress(capacity);
  const text =
    `the AWS account has an unreserved concurrency of ${unreserved}, of which this stage may take ${background} ` +
    `in addition to ingress (${takers(limits)}): ` +
    (reservedForIngress === undefined ? `${left} are left for ingress` : `ingress has ${left} of its own`);
  const isStarved =
    reservedForIngress === undefined
      ? unreserved < neededConcurrency(consumerMaxConcurrency) || left < fewestForIngress
      : unreserved < background;
  if (!isStarved && (reservedForIngress !== undefined || background <= unreserved / 2)) {
    return onlyFact(concurrencyCheck, text);
  }
  const others = background - consumerMaxConcurrency;
  const smaller = Math.floor(unreserved / 2) - others;
  const next =
    'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 ' +
    `--desired-value 1000${region === undefined ? '' : ` --region ${region}`}` +
    (smaller >= smallestConcurrency && smaller < consumerMaxConcurrency
      ? `; until then set consumerMaxConcurrency: ${smaller} in ${propsPlace} and deploy`
      : '');
  const lost = reservedForIngress === undefined ? 'webhooks are lost and ' : '';
  return onlyFindings(
    isStarved
      ? problem(concurrencyCheck, 'AWS Lambda', `${text}: under load ${lost}batches become dead letters`, next)
      : advice(concurrencyCheck, 'AWS Lambda', `${text}: in a burst Twilio may have to retry`, next),
  );
};

const limitNames = {
  throttle: 'its throttle',
  concurrency: 'what is left of the concurrency',
  requests: 'Lambda takes ten for each concurrent execution of the account',
} as const;

/** The rates at which the stage accepts and stores webhooks. */
const rates = ({ batchSize, consumerMaxConcurrency }: DeployedLimits, capacity: StageCapacity): DoctorResult => {
  const { perSecond, limit } = stageRate(capacity);
  const drain = drainRate({ batchSize, maxConcurrency: consumerMaxConcurrency, batchSeconds: assumed.batchSeconds });
  const replies = capacity.asksForReplies ? ', fewer while the reply function takes long' : '';
  return onlyFact(
    capacityCheck,
    `this stage accepts ${whole(perSecond)} webhooks a second (${limitNames[limit]}${replies}) and stores about ` +
      `${whole(drain)} (consumerMaxConcurrency ${consumerMaxConcurrency}); the queue keeps the others for four days. ` +
      `A new table takes ${whole(newTableRate('message'))} messages or ` +
      `${whole(newTableRate('statusCallback'))} status callbacks a second (docs/capacity.md)`,
  );
};

const capacityOf = (limits: DeployedLimits, unreserved: number): StageCapacity => ({
  unreserved,
  reservedForIngress: limits.reservedForIngress,
  background: limits.others.reduce((sum, { maxConcurrency }) => sum + maxConcurrency, limits.consumerMaxConcurrency),
  asksForReplies: limits.asksForReplies,
  throttleRate: limits.throttleRate,
});

const notLimited = notApplicable(
  concurrencyCheck,
  'the local gateway has no limit of concurrency, nor that of a new table; throttle and consumer are as in the stage',
);

const noLimits = (target: Target): string =>
  `the template of its stack cannot be read (the permission cloudformation:GetTemplate), and ${noSettings(target)}, ` +
  'so the needed concurrency is unknown';

/** What rate the stage can take, and whether it leaves enough of the account's concurrency for ingress. */
export const checkCapacity = async (
  { target, aws, stackTemplate }: Pick<Backend, 'target' | 'aws' | 'stackTemplate'>,
  signal: AbortSignal,
): Promise<DoctorResult> => {
  if (aws === undefined)
    return target.connection.kind === 'local' ? notLimited : onlySkipped(concurrencyCheck, 'there is no access to AWS');
  const [limits, answer] = await Promise.all([
    readLimits({ target, ...(stackTemplate && { stackTemplate }) }, signal),
    readFromAws(() => aws('lambda', '/2016-08-19/account-settings/'), signal),
  ]);
  if (limits === undefined) return onlySkipped(concurrencyCheck, noLimits(target));
  const unreserved = unreservedOf(answer);
  if (typeof unreserved === 'string') return onlySkipped(concurrencyCheck, unreserved);
  const capacity = capacityOf(limits, unreserved);
  return mergeResults([concurrency(limits, capacity, target.stack?.region), rates(limits, capacity)]);
};
