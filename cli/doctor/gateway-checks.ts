import { routeNames } from '../../lambda/shared/contract/routes';
import { accountSuffix, readAccountSecrets, versionStatus } from '../target/account-secrets';
import { type SecretReader } from '../clients/ports';
import { readBasicPairs } from '../secret/basic-credential-pairs';
import { neverAnswered, requestChallenge } from '../secret/basic-challenge';
import type { Backend } from '../clients/ports';
import type { AlarmSubscription } from '../clients/ports';
import type { Post } from '../clients/post';
import type { Target } from '../target/target';
import {
  advice,
  problem,
  mergeResults,
  type DoctorResult,
  type DoctorFinding,
  type CheckRunner,
} from './finding';

const only = (findings: readonly DoctorFinding[]): DoctorResult => ({ findings, skipped: [] });

/**
 * Whether the function answers at each URL. Plain text is refused with 415 before anything is verified, so that the probe is not
 * counted as a forgery; 401 is Basic authentication's challenge.
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
          `the gateway does not answer as it should: ${got}`,
          stageOption === ''
            ? 'start it again with `npm start`'
            : 'look at the alarms and `docs/runbook.md`; deploy again with `npx cdk deploy` if the stack was changed by hand',
        ),
      ];
    }),
  );
  return only(findings.flat());
};

const secretsUsable = async (
  reader: SecretReader,
  { secretIds }: Target,
  stageOption: string,
): Promise<DoctorResult> => {
  const setIt = `npx gateway secret set${stageOption} --account-sid ACxxxx…`;
  if (secretIds.length === 0) {
    return only([
      problem('secret', 'secrets', 'the stage has no account secret', 'deploy again with `npx cdk deploy`'),
    ]);
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
    return findings === undefined ? [] : [problem('secret', secretId, findings, setIt)];
  });
  const { accounts } = await readAccountSecrets(reader, secretIds);
  const twice = accounts.filter(
    ({ accountSid }, at) => accounts.findIndex((one) => one.accountSid === accountSid) !== at,
  );
  return only([
    ...unusable,
    ...twice.map(({ accountSid }) =>
      problem(
        'secret',
        accountSuffix(accountSid),
        'two secrets hold the same account: one of them is of another account than it should be',
        setIt,
      ),
    ),
  ]);
};

/** Twilio sends its credentials only where it is asked for them by a header of exactly one name. */
const challengeUsable = async (target: Target, post: Post): Promise<readonly DoctorFinding[]> => {
  const challenge = await requestChallenge(target, post);
  if (challenge.kind === 'ok') return [];
  const what =
    challenge.kind === 'unusable' ? challenge.text : `it is not answered 401, but ${challenge.text}`;
  return [
    problem(
      'basic-challenge',
      target.webhooks.messages.postUrl,
      `a webhook without credentials: ${what}; every webhook of this stage is lost`,
      challenge.kind === 'unusable'
        ? neverAnswered
        : 'repair what the other findings say, then run `npx gateway doctor` again',
    ),
  ];
};

/** Without a usable secret, a stage with Basic authentication answers every webhook 500. */
const basicUsable = async (
  reader: SecretReader,
  target: Target,
  post: Post,
  stageOption: string,
): Promise<DoctorResult> => {
  const { basicAuthSecretId } = target;
  if (basicAuthSecretId === undefined) return only([]);
  const held = await readBasicPairs(reader, basicAuthSecretId);
  if (held.kind === 'ok') {
    const challenge = await challengeUsable(target, post);
    if (held.pairs.length < 2) return only(challenge);
    const text = 'two pairs are accepted: a change of the user and password is not finished';
    const retire = `npx gateway twilio apply${stageOption}, then npx gateway secret basic retire${stageOption}`;
    return only([...challenge, advice('basic-auth', basicAuthSecretId, text, retire)]);
  }
  const what = {
    placeholder: 'it is still the placeholder',
    invalid: 'its content cannot be used',
    missing: 'it does not exist, or has no current version',
  }[held.kind];
  return only([
    problem(
      'basic-auth',
      basicAuthSecretId,
      `the stage demands Basic authentication, but ${what}: every webhook is answered 500`,
      `npx gateway secret basic set${stageOption} --username twilio --generate`,
    ),
  ]);
};

const deadLettersEmpty = async (backend: Backend, stageOption: string): Promise<DoctorResult> => {
  const { visible, inFlight } = await (await backend.deadLetters()).counts();
  const count = visible + inFlight;
  if (count === 0) return only([]);
  return only([
    problem(
      'dead-letters',
      'dead-letter queue',
      `about ${count} acknowledged ${count === 1 ? 'webhook waits' : 'webhooks wait'} there, at most 14 days`,
      `npx gateway dead-letters list${stageOption}`,
    ),
  ]);
};

const subscriptionFindings = (
  topicArn: string,
  subscriptions: readonly AlarmSubscription[],
): readonly DoctorFinding[] => {
  const region = topicArn.split(':')[3] ?? '';
  const subscribe = `aws sns subscribe --region ${region} --topic-arn ${topicArn} --protocol email --notification-endpoint you@example.com`;
  if (subscriptions.some(({ isConfirmed }) => isConfirmed)) return [];
  return [
    subscriptions.length === 0
      ? problem('alarms', topicArn, 'nobody is told of alarms: the topic has no subscribers', subscribe)
      : problem(
          'alarms',
          topicArn,
          'nobody is told of alarms: no subscription is confirmed',
          'follow the link in the mail of AWS, or subscribe again',
        ),
  ];
};

/** Examines the gateway's own side: URLs, secrets, dead letters, alarms. */
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
    const reason =
      target.connection.kind === 'local'
        ? 'the local gateway has no alarms'
        : 'the stack has no output AlarmTopicArn';
    return mergeResults([...parts, { findings: [], skipped: [{ check: 'alarms', reason }] }]);
  }
  const alarms = await runCheck('alarms', async () =>
    only(subscriptionFindings(alarmTopicArn, await alarmSubscriptions(alarmTopicArn))),
  );
  return mergeResults([...parts, alarms]);
};
