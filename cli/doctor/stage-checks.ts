import type { AwsAnswer, AwsGet } from '../clients/aws-request';
import { describeFailure } from '../terminal/failure';
import type { Backend } from '../clients/ports';
import type { Post } from '../clients/post';
import { noSettings, stackNameOf, type Target } from '../target/target';
import {
  advice,
  onlyFact,
  onlyFindings,
  notApplicable,
  onlySkipped,
  problem,
  mergeResults,
  type DoctorResult,
  type CheckRunner,
} from './finding';
import { propsPlace } from '../terminal/program-name';

const concurrencyCheck = 'lambda-concurrency';

/** A burst needs as many environments of ingress as of the consumer. */
export const neededConcurrency = (consumerMaxConcurrency: number): number => 2 * consumerMaxConcurrency;

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

const readSettings = async (get: AwsGet, signal: AbortSignal): Promise<AwsAnswer | string> => {
  try {
    return await get('lambda', '/2016-08-19/account-settings/');
  } catch (error) {
    if (signal.aborted) throw error;
    return describeFailure(error, signal, { isDeployed: true }).text;
  }
};

/**
 * Whether the account has the concurrency that the stage may need. New accounts have a limit of 10; above it Lambda
 * throttles: batches become dead letters, and webhooks are lost.
 */
const concurrency = async (target: Target, get: AwsGet, signal: AbortSignal): Promise<DoctorResult> => {
  const { settings, stack } = target;
  if (settings === undefined) {
    return onlySkipped(concurrencyCheck, `${noSettings(target)}, so the needed concurrency is unknown`);
  }
  const answer = await readSettings(get, signal);
  if (typeof answer === 'string') return onlySkipped(concurrencyCheck, answer);
  if (answer.status !== 200) {
    const permission = answer.status === 403 ? ' (the permission lambda:GetAccountSettings is missing)' : '';
    return onlySkipped(concurrencyCheck, `Lambda answered ${answer.status}${permission}`);
  }
  const unreserved = unreservedConcurrency(answer.body);
  if (unreserved === undefined) return onlySkipped(concurrencyCheck, 'Lambda’s answer has no limit');
  const { consumerMaxConcurrency } = settings;
  const needed = neededConcurrency(consumerMaxConcurrency);
  const text =
    `the AWS account has an unreserved concurrency of ${unreserved}, and the stage needs ${needed} ` +
    `(consumerMaxConcurrency ${consumerMaxConcurrency}, and as much for ingress)`;
  if (unreserved >= needed) return onlyFact(concurrencyCheck, text);
  const region = stack?.region === undefined ? '' : ` --region ${stack.region}`;
  const smaller = Math.floor(unreserved / 2);
  return onlyFindings(
    problem(
      concurrencyCheck,
      'AWS Lambda',
      `${text}: under load webhooks are lost and batches become dead letters`,
      'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 ' +
        `--desired-value 1000${region}` +
        (smaller < 2 ? '' : `; until then set consumerMaxConcurrency: ${smaller} in ${propsPlace} and deploy`),
    ),
  );
};

const protection = (target: Target): DoctorResult => {
  const { settings, production, stack } = target;
  if ((settings?.production ?? production) !== true || stack === undefined || stack.hasTerminationProtection) {
    return onlyFindings();
  }
  const name = stackNameOf(target);
  return onlyFindings(
    problem(
      'termination-protection',
      name,
      'it is a production stack without termination protection: one command deletes the gateway',
      `aws cloudformation update-termination-protection --enable-termination-protection --stack-name ${name}` +
        (stack.region === undefined ? '' : ` --region ${stack.region}`),
    ),
  );
};

/** Plain text is rejected before anything is verified, so the probe is not counted as a forgery. */
const probe = (post: Post, url: string) =>
  post({
    url,
    headers: { 'content-type': 'text/plain', 'user-agent': 'gateway-doctor' },
    body: Buffer.from('doctor'),
  });

/** The likeliest wrong URL is the right one without the stage: no stage logs or counts its requests. */
const withoutStage = async ({ webhooks }: Target, post: Post): Promise<DoctorResult> => {
  const { origin, pathname } = new URL(webhooks.messages.postUrl);
  if (pathname === '/messages') return onlyFindings();
  const url = `${origin}/messages`;
  const answer = await probe(post, url);
  if (answer.kind === 'failure') return onlySkipped('stage-in-url', `${url} gave no answer (${answer.code})`);
  const text = `${url}, the URL without the stage, answers ${answer.status}`;
  return [403, 404].includes(answer.status)
    ? onlyFact('stage-in-url', `${text}: a webhook sent there is lost, and no alarm of the stage counts it`)
    : onlyFindings(
        advice(
          'stage-in-url',
          url,
          `${text}: something other than this stage receives what is sent there`,
          'check in the API Gateway console which stage or mapping answers it',
        ),
      );
};

/** The stack's output BaseUrl, if the webhook URLs are not below it. */
const baseUrl = async ({ baseUrl: base, webhooks }: Target, post: Post): Promise<DoctorResult> => {
  if (base === undefined) return onlyFindings();
  const url = `${base.replace(/\/$/, '')}/messages`;
  if (url === webhooks.messages.postUrl) return onlyFindings();
  const answer = await probe(post, url);
  if (answer.kind === 'answer' && [415, 401].includes(answer.status)) return onlyFindings();
  const got = answer.kind === 'failure' ? `no answer (${answer.code})` : `status ${answer.status}`;
  return onlyFindings(
    problem('unreachable', url, `the output BaseUrl does not work: ${got}`, 'deploy again with `npx cdk deploy`'),
  );
};

/** Checks what the stage gets from AWS: its URLs, its stack, its concurrency. */
export const checkStage = async (
  { target, aws }: Backend,
  post: Post,
  signal: AbortSignal,
  runCheck: CheckRunner,
): Promise<DoctorResult> =>
  mergeResults(
    await Promise.all([
      runCheck('stage-in-url', () => withoutStage(target, post)),
      runCheck('unreachable', () => baseUrl(target, post)),
      runCheck('termination-protection', () => Promise.resolve(protection(target))),
      aws === undefined
        ? target.connection.kind === 'local'
          ? notApplicable(concurrencyCheck, 'the local gateway has no limit')
          : onlySkipped(concurrencyCheck, 'there is no access to AWS')
        : runCheck(concurrencyCheck, () => concurrency(target, aws, signal)),
    ]),
  );
