import type { Target } from '../target/target';
import type { DesiredAccount } from '../twilio/desired-state';
import { planAccount, type FindOtherStage } from '../twilio/plan';
import type { AccountState } from '../twilio/account-state';
import type { Change, FieldChange } from '../twilio/change';
import { changeTitle } from '../twilio/report';
import { isSameEndpoint, redactUrlPair } from '../twilio/webhook-url';
import { advice, problem, type DoctorFinding } from './finding';
import { cli } from '../terminal/program-name';

export interface CheckedAccount {
  readonly name: string;
  readonly desired: DesiredAccount;
  readonly state: AccountState;
}

const isUrlField = (field: string): boolean => /url|callback$/i.test(field);

/** Explains a difference. */
const fieldFinding = ({ field, from, to }: FieldChange): { readonly check: string; readonly text: string } => {
  if (typeof from === 'boolean' || typeof to === 'boolean') {
    return {
      check: 'drifted',
      text: `${field} is ${String(from)}: the URLs of the number would override those of the service`,
    };
  }
  const [actual, wanted] = redactUrlPair(from, to);
  const shownActual = from === '' ? 'empty' : actual;
  if (/fallback/i.test(field)) {
    return {
      check: 'fallback',
      text: `${field} is ${shownActual}, not ${wanted}: a webhook that the gateway does not answer is lost`,
    };
  }
  if (!isUrlField(field)) return { check: 'drifted', text: `${field} is ${shownActual}, not ${wanted}` };
  if (!isSameEndpoint(from, to)) {
    return {
      check: 'not-pointed-here',
      text: `${field} is ${shownActual}, not ${wanted}: webhooks do not reach the gateway`,
    };
  }
  if (!from.includes('#') && to.includes('#')) {
    return { check: 'overrides', text: `${field} has no connection overrides: Twilio does not retry a 5xx` };
  }
  return { check: 'drifted', text: `${field} is ${shownActual}, not ${wanted}` };
};

const changeFindings = (change: Change, apply: string): readonly DoctorFinding[] => {
  const subject = changeTitle(change).slice(2);
  switch (change.kind) {
    case 'create-usage-trigger':
      return [problem('usage-trigger', subject, 'it is missing or was deleted: nothing monitors the usage', apply)];
    case 'delete-usage-trigger':
      return [problem('usage-trigger', subject, 'it is no longer in twilio.config.ts, or exists twice', apply)];
    case 'update-phone-number':
    case 'update-messaging-service':
    case 'update-usage-trigger':
      return change.fields.map((field) => {
        const { check, text } = fieldFinding(field);
        return problem(check, subject, text, apply);
      });
  }
};

/** Numbers and services that point to the gateway but are not configured, and those without a fallback. */
const unplannedFindings = (
  { name, desired, state }: CheckedAccount,
  target: Target,
  stageOption: string,
): readonly DoctorFinding[] => {
  const messagesUrl = target.webhooks.messages.signedUrl;
  const listed = new Set([
    ...desired.phoneNumbers.map(({ number }) => number),
    ...desired.messagingServices.map(({ service }) => service),
  ]);
  const unlisted = (kind: string, resourceName: string) =>
    advice(
      'unlisted',
      `${kind} ${resourceName} (account ${name})`,
      'it points to the gateway, but is not in twilio.config.ts: nobody would notice a change',
      'add it to twilio.config.ts',
    );
  const noFallback = (kind: string, resourceName: string) =>
    advice(
      'fallback',
      `${kind} ${resourceName} (account ${name})`,
      'it has no fallback URL: if the gateway does not answer, Twilio only logs an error',
      `switch on the option \`fallbackLane\` and deploy, or set fallbackUrl in twilio.config.ts; ` +
        `then \`${cli} twilio apply${stageOption}\``,
    );
  return [
    ...state.phoneNumbers.flatMap(({ sid, phoneNumber, smsUrl, smsFallbackUrl }) => {
      if (listed.has(sid) || listed.has(phoneNumber)) {
        const wanted = desired.phoneNumbers.find(({ number }) => [sid, phoneNumber].includes(number));
        const hasNone = smsFallbackUrl === '' && wanted?.fields.smsFallbackUrl === undefined;
        return hasNone ? [noFallback('phone number', phoneNumber)] : [];
      }
      return isSameEndpoint(smsUrl, messagesUrl) ? [unlisted('phone number', phoneNumber)] : [];
    }),
    ...state.messagingServices.flatMap(({ sid, inboundRequestUrl, fallbackUrl }) => {
      if (listed.has(sid)) {
        const wanted = desired.messagingServices.find(({ service }) => service === sid);
        const hasNone = fallbackUrl === '' && wanted?.fields.fallbackUrl === undefined;
        return hasNone ? [noFallback('messaging service', sid)] : [];
      }
      return isSameEndpoint(inboundRequestUrl, messagesUrl) ? [unlisted('messaging service', sid)] : [];
    }),
  ];
};

/** The other account that has this number or service: the secrets are probably swapped. */
const otherAccountWith = (name: string, resourceName: string, all: readonly CheckedAccount[]): string | undefined =>
  all.find(
    ({ name: other, state }) =>
      other !== name &&
      (state.phoneNumbers.some(({ sid, phoneNumber }) => [sid, phoneNumber].includes(resourceName)) ||
        state.messagingServices.some(({ sid }) => sid === resourceName)),
  )?.name;

/** Compares an account with the configuration. */
export const connectionFindings = (
  account: CheckedAccount,
  all: readonly CheckedAccount[],
  target: Target,
  stageOption: string,
  otherStage: FindOtherStage,
): readonly DoctorFinding[] => {
  const { changes, obstacles } = planAccount(account.name, account.desired, account.state, otherStage);
  const apply = `${cli} twilio apply${stageOption}`;
  return [
    ...obstacles.map(({ name, reason, stage }) => {
      const other = otherAccountWith(account.name, name, all);
      const subject = `${name} (account ${account.name})`;
      if (stage !== undefined) {
        const next = `\`${apply} --force\` takes it from stage ${stage}; otherwise remove it from twilio.config.ts`;
        return problem('not-pointed-here', subject, reason, next);
      }
      return other === undefined
        ? problem(
            'missing',
            subject,
            reason,
            `correct twilio.config.ts, or the secret: \`${cli} secret status${stageOption}\``,
          )
        : problem(
            'secret',
            subject,
            `it belongs to the account ${other}: the secret holds another account, or twilio.config.ts lists ` +
              'it under the wrong account',
            `${cli} secret set${stageOption} --name ${account.name} --account-sid ACxxxx…`,
          );
    }),
    ...changes.flatMap((change) => changeFindings(change, apply)),
    ...unplannedFindings(account, target, stageOption),
  ];
};
