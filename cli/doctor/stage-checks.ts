import type { Backend } from '../clients/ports';
import type { Post } from '../clients/post';
import { stackNameOf, type Target } from '../target/target';
import {
  advice,
  onlyFact,
  onlyFindings,
  onlySkipped,
  problem,
  mergeResults,
  type DoctorResult,
  type CheckRunner,
} from './finding';
import { checkCapacity } from './capacity-checks';

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

/** Checks what the stage gets from AWS: its URLs, its stack, its capacity. */
export const checkStage = async (
  backend: Backend,
  post: Post,
  signal: AbortSignal,
  runCheck: CheckRunner,
): Promise<DoctorResult> => {
  const { target } = backend;
  return mergeResults(
    await Promise.all([
      runCheck('stage-in-url', () => withoutStage(target, post)),
      runCheck('unreachable', () => baseUrl(target, post)),
      runCheck('termination-protection', () => Promise.resolve(protection(target))),
      runCheck('lambda-concurrency', () => checkCapacity(backend, signal)),
    ]),
  );
};
