import { routeNames } from '../../lambda/shared/contract/routes';
import { accountSuffix, readAccountSecrets, versionStatus } from '../target/account-secrets';
import { accountTitle, secretSetCommand } from '../target/select-secret';
import { type SecretReader } from '../clients/ports';
import { basicUsable } from './basic-auth-checks';
import type { Backend } from '../clients/ports';
import type { AlarmSubscription } from '../clients/ports';
import type { Post } from '../clients/post';
import type { Target } from '../target/target';
import {
  problem,
  mergeResults,
  notApplicable,
  onlySkipped,
  onlyFindings,
  type DoctorResult,
  type DoctorFinding,
  type CheckRunner,
} from './finding';
import { cli, start } from '../terminal/program-name';

/**
 * Whether the function answers at each URL. Plain text is rejected with 415 before anything is verified, so the probe
 * is not counted as a forgery; 401 is the challenge of Basic authentication.
 */
const reachable = async (target: Target, post: Post, stageOption: string): Promise<DoctorResult> => {
  const findings = await Promise.all(
    routeNames.map(async (route): Promise<DoctorFinding[]> => {
      const { postUrl } = target.webhooks[route];
      const answer = await post({
        url: postUrl,
        headers: { 'content-type': 'text/plain', 'user-agent': 'gateway-doctor' },
        body: Buffer.from('doctor'),
      });
      if (answer.kind === 'answer' && [415, 401].includes(answer.status)) return [];
      const got = answer.kind === 'failure' ? `no answer (${answer.code})` : `status ${answer.status}`;
      return [
        problem(
          'unreachable',
          postUrl,
          `the gateway does not answer as expected: ${got}`,
          stageOption === ''
            ? `start it again with \`${start}\``
            : 'check the alarms and `docs/runbook.md`; ' +
                'deploy again with `npx cdk deploy` if the stack was changed by hand',
        ),
      ];
    }),
  );
  return onlyFindings(...findings.flat());
};

const secretsUsable = async (
  reader: SecretReader,
  { secretIds }: Target,
  stageOption: string,
): Promise<DoctorResult> => {
  if (secretIds.length === 0) {
    return onlyFindings(
      problem('secret', 'secrets', 'the stage has no account secret', 'deploy again with `npx cdk deploy`'),
    );
  }
  const statuses = await Promise.all(
    secretIds.map(async (secretId) => ({
      secretId,
      ...(await versionStatus(reader, secretId, 'AWSCURRENT')),
    })),
  );
  const unusable = statuses.flatMap(({ secretId, state, detail }): DoctorFinding[] => {
    const findings = {
      ok: undefined,
      placeholder: 'it is still the placeholder: every webhook of its account is answered 500',
      invalid: `it cannot be used: ${detail ?? 'its content is damaged'}`,
      missing: 'it does not exist, or has no current version',
    }[state];
    return findings === undefined
      ? []
      : [problem('secret', accountTitle(secretId), findings, secretSetCommand(secretId, stageOption))];
  });
  const held = await Promise.all(
    secretIds.map(async (secretId) => ({ secretId, ...(await readAccountSecrets(reader, [secretId])).accounts[0] })),
  );
  const twice = held.flatMap(({ secretId, accountSid }, at) =>
    accountSid !== undefined && held.findIndex((other) => other.accountSid === accountSid) !== at
      ? [{ secretId, accountSid }]
      : [],
  );
  return onlyFindings(
    ...unusable,
    ...twice.map(({ secretId, accountSid }) =>
      problem(
        'secret',
        `${accountTitle(secretId)} ${accountSuffix(accountSid)}`,
        'two secrets hold the same account: one of them has the wrong account',
        secretSetCommand(secretId, stageOption),
      ),
    ),
  );
};

const deadLettersEmpty = async (backend: Backend, stageOption: string): Promise<DoctorResult> => {
  const { visible, inFlight } = await (await backend.deadLetters()).counts();
  const count = visible + inFlight;
  if (count === 0) return onlyFindings();
  return onlyFindings(
    problem(
      'dead-letters',
      'dead-letter queue',
      `about ${count} acknowledged ${count === 1 ? 'webhook waits' : 'webhooks wait'} there, for at most 14 days`,
      `${cli} dead-letters list${stageOption}`,
    ),
  );
};

const subscriptionFindings = (
  topicArn: string,
  subscriptions: readonly AlarmSubscription[],
): readonly DoctorFinding[] => {
  const region = topicArn.split(':')[3] ?? '';
  const subscribe =
    `aws sns subscribe --region ${region} --topic-arn ${topicArn} ` +
    '--protocol email --notification-endpoint you@example.com';
  if (subscriptions.some(({ isConfirmed }) => isConfirmed)) return [];
  return [
    subscriptions.length === 0
      ? problem('alarms', topicArn, 'nobody is notified of alarms: the topic has no subscribers', subscribe)
      : problem(
          'alarms',
          topicArn,
          'nobody is notified of alarms: no subscription is confirmed',
          'follow the link in the e-mail from AWS, or subscribe again',
        ),
  ];
};

/** Checks the gateway's side: URLs, secrets, dead letters, alarms. */
export const checkGateway = async (
  backend: Backend,
  post: Post,
  stageOption: string,
  runCheck: CheckRunner,
): Promise<DoctorResult> => {
  const { target, alarmSubscriptions } = backend;
  const parts = await Promise.all([
    runCheck('unreachable', () => reachable(target, post, stageOption)),
    runCheck('secret', async () => secretsUsable(await backend.secrets(), target, stageOption)),
    runCheck('basic-auth', async () => basicUsable(await backend.secrets(), target, post, stageOption)),
    runCheck('dead-letters', () => deadLettersEmpty(backend, stageOption)),
  ]);
  const { alarmTopicArn } = target;
  if (alarmSubscriptions === undefined || alarmTopicArn === undefined) {
    return mergeResults([
      ...parts,
      target.connection.kind === 'local'
        ? notApplicable('alarms', 'the local gateway has no alarms')
        : onlySkipped('alarms', 'the stack has no output AlarmTopicArn'),
    ]);
  }
  const alarms = await runCheck('alarms', async () =>
    onlyFindings(...subscriptionFindings(alarmTopicArn, await alarmSubscriptions(alarmTopicArn))),
  );
  return mergeResults([...parts, alarms]);
};
