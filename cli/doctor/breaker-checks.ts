import type { BreakerSecret } from '../../lambda/shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../../lambda/shared/breaker/breaker-trigger';
import { readBreakerSecret } from '../breaker/breaker-secret';
import type { Backend } from '../clients/ports';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { nextAfter, type UsageTriggerState } from '../twilio/api/account-api';
import type { TwilioEnvironment } from '../twilio/api/accounts';
import { isSameEndpoint } from '../twilio/webhook-url';
import {
  advice,
  problem,
  mergeResults,
  onlyFindings,
  onlySkipped,
  type DoctorResult,
  type DoctorFinding,
} from './finding';
import { cli, propsPlace } from '../terminal/program-name';

const subject = 'circuit breaker';

const describeTrigger = ({ category, recurring, by, sid }: BreakerTrigger): string =>
  `${category}, ${recurring}, by ${by}${sid === undefined ? '' : `, ${sid}`}`;

const isTrigger =
  ({ sid, category, recurring, by }: BreakerTrigger, usageUrl: string) =>
  (found: UsageTriggerState): boolean =>
    (sid === undefined || sid === found.sid) &&
    found.usageCategory === category &&
    (found.recurring === '' ? 'once' : found.recurring) === recurring &&
    found.triggerBy === by &&
    isSameEndpoint(found.callbackUrl, usageUrl);

/** Whether each configured trigger exists and calls the gateway: in its subaccount, or by SID in the parent account. */
const triggersExist = async (
  triggers: readonly BreakerTrigger[],
  { accountSid: parentSid, username, password, subaccounts }: BreakerSecret,
  usageUrl: string,
  { open }: Pick<TwilioEnvironment, 'open'>,
  stageOption: string,
): Promise<DoctorResult> => {
  const triggersOf = async (accountSid: string): Promise<readonly UsageTriggerState[]> =>
    (await open({ accountSid, username, password })).usageTriggers();
  const findings: DoctorFinding[] = [];
  for (const trigger of triggers) {
    const targetSid = subaccounts.get(trigger.target);
    if (targetSid === undefined) continue;
    try {
      const watched = trigger.sid === undefined ? [targetSid] : [targetSid, parentSid];
      const found = (await Promise.all(watched.map(triggersOf))).flat();
      if (found.some(isTrigger(trigger, usageUrl))) continue;
      findings.push(
        problem(
          'breaker-trigger',
          `${subject}, ${trigger.target}`,
          `Twilio has no usage trigger (${describeTrigger(trigger)}) that calls ${usageUrl}: nothing would trip`,
          `add it to the account in twilio.config.ts and run \`${cli} twilio apply${stageOption}\`, ` +
            'or create it in the Twilio console',
        ),
      );
    } catch (error) {
      if (!(error instanceof TwilioApiError)) throw error;
      findings.push(problem('twilio', `${subject}, ${trigger.target}`, error.message, nextAfter(error)));
    }
  }
  return onlyFindings(...findings);
};

/** Checks the circuit breaker, if the stage has one: can it act, has it failed, does anything call it. */
export const checkBreaker = async (
  backend: Backend,
  environment: Pick<TwilioEnvironment, 'open'>,
  stageOption: string,
): Promise<DoctorResult> => {
  const { breaker, connection, webhooks } = backend.target;
  if (breaker === undefined) return onlyFindings();
  const names = [...new Set(breaker.triggers.map(({ target }) => target))];
  const subaccounts = names.map((name) => ` --subaccount ${name}=ACyyyy…`).join('');
  const store = `${cli} breaker secret${stageOption} --account-sid ACxxxx…${subaccounts}`;
  const [stored, { visible, inFlight }] = await Promise.all([
    readBreakerSecret(await backend.secrets(), breaker.secretId),
    (await backend.deadLetters('breaker')).counts(),
  ]);
  const waiting = visible + inFlight;
  const own = onlyFindings(
    ...(stored.kind === 'unusable'
      ? [
          problem(
            'breaker-secret',
            subject,
            `its secret cannot be used: ${stored.problem}. Nothing can be suspended`,
            store,
          ),
        ]
      : names
          .filter((name) => !stored.secret.subaccounts.has(name))
          .map((name) =>
            problem(
              'breaker-secret',
              `${subject}, ${name}`,
              `its secret lacks this subaccount, which ${propsPlace} names`,
              store,
            ),
          )),
    ...(waiting === 0
      ? []
      : [
          problem(
            'breaker-dead-letters',
            subject,
            `about ${waiting} usage ${waiting === 1 ? 'trigger waits' : 'triggers wait'} in its dead-letter queue: ` +
              'a subaccount may still be spending',
            `${cli} dead-letters list --queue breaker${stageOption}`,
          ),
        ]),
    ...(breaker.dryRun
      ? [
          advice(
            'breaker-dry-run',
            subject,
            'it is in dry run: it decides and notifies, but suspends nothing',
            `after a successful drill and dry run, set dryRun: false in ${propsPlace} and deploy`,
          ),
        ]
      : []),
  );
  if (stored.kind === 'unusable') return own;
  if (connection.kind === 'local' && webhooks.usage.signedUrl === webhooks.usage.postUrl) {
    const reason = 'the local gateway has no URL that Twilio can call';
    return mergeResults([own, onlySkipped('breaker-trigger', reason)]);
  }
  return mergeResults([
    own,
    await triggersExist(breaker.triggers, stored.secret, webhooks.usage.signedUrl, environment, stageOption),
  ]);
};
