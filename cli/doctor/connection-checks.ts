import type { Target } from '../target/target';
import type { DesiredAccount } from '../twilio/desired-state';
import { planAccount, type FindOtherStage } from '../twilio/plan';
import type { AccountState } from '../twilio/account-state';
import type { Change, FieldChange } from '../twilio/change';
import { changeTitle } from '../twilio/report';
import { isSameEndpoint, redactUrlPair } from '../twilio/webhook-url';
import { advice, problem, type DoctorFinding } from './finding';

export interface CheckedAccount {
  readonly name: string;
  readonly desired: DesiredAccount;
  readonly state: AccountState;
}

const isUrlField = (field: string): boolean => /url|callback$/i.test(field);

/** What a difference means to the operator. */
const fieldFinding = ({
  field,
  from,
  to,
}: FieldChange): { readonly check: string; readonly text: string } => {
  if (typeof from === 'boolean' || typeof to === 'boolean') {
    return {
      check: 'drifted',
      text: `${field} is ${String(from)}: the URLs of the number would take the place of the service's`,
    };
  }
  const [shown, wanted] = redactUrlPair(from, to);
  const got = from === '' ? 'nothing' : shown;
  if (/fallback/i.test(field)) {
    return {
      check: 'fallback',
      text: `${field} is ${got}, not ${wanted}: what the gateway does not answer is lost`,
    };
  }
  if (!isUrlField(field)) return { check: 'drifted', text: `${field} is ${got}, not ${wanted}` };
  if (!isSameEndpoint(from, to)) {
    return {
      check: 'not-pointed-here',
      text: `${field} is ${got}, not ${wanted}: webhooks do not come here`,
    };
  }
  if (!from.includes('#') && to.includes('#')) {
    return { check: 'overrides', text: `${field} has no connection overrides: Twilio does not retry a 5xx` };
  }
  return { check: 'drifted', text: `${field} is ${got}, not ${wanted}` };
};

const changeFindings = (change: Change, apply: string): readonly DoctorFinding[] => {
  const subject = changeTitle(change).slice(2);
  switch (change.kind) {
    case 'create-usage-trigger':
      return [
        problem('usage-trigger', subject, 'it is missing or was deleted: nothing watches the usage', apply),
      ];
    case 'delete-usage-trigger':
      return [
        problem('usage-trigger', subject, 'it is no longer in twilio.config.ts, or there twice', apply),
      ];
    case 'update-phone-number':
    case 'update-messaging-service':
    case 'update-usage-trigger':
      return change.fields.map((field) => {
        const { check, text } = fieldFinding(field);
        return problem(check, subject, text, apply);
      });
  }
};

/** Numbers and services that come here although the configuration does not say so, and those without a fallback. */
const beyondThePlan = (
  { name, desired, state }: CheckedAccount,
  target: Target,
): readonly DoctorFinding[] => {
  const own = target.webhooks.messages.signedUrl;
  const listed = new Set([
    ...desired.phoneNumbers.map(({ number }) => number),
    ...desired.messagingServices.map(({ service }) => service),
  ]);
  const unlisted = (kind: string, called: string) =>
    advice(
      'unlisted',
      `${kind} ${called} (account ${name})`,
      'it comes here, but twilio.config.ts does not list it: nobody would notice a change',
      'add it to twilio.config.ts',
    );
  const noFallback = (kind: string, called: string) =>
    advice(
      'fallback',
      `${kind} ${called} (account ${name})`,
      'it has no fallback URL: a message that the gateway does not answer is logged as an error at Twilio and nothing more',
      'set fallbackUrl in twilio.config.ts, then `npx gateway twilio apply`',
    );
  return [
    ...state.phoneNumbers.flatMap(({ sid, phoneNumber, smsUrl, smsFallbackUrl }) => {
      if (listed.has(sid) || listed.has(phoneNumber)) {
        const wanted = desired.phoneNumbers.find(({ number }) => [sid, phoneNumber].includes(number));
        const hasNone = smsFallbackUrl === '' && wanted?.fields.smsFallbackUrl === undefined;
        return hasNone ? [noFallback('phone number', phoneNumber)] : [];
      }
      return isSameEndpoint(smsUrl, own) ? [unlisted('phone number', phoneNumber)] : [];
    }),
    ...state.messagingServices.flatMap(({ sid, inboundRequestUrl, fallbackUrl }) => {
      if (listed.has(sid)) {
        const wanted = desired.messagingServices.find(({ service }) => service === sid);
        const hasNone = fallbackUrl === '' && wanted?.fields.fallbackUrl === undefined;
        return hasNone ? [noFallback('messaging service', sid)] : [];
      }
      return isSameEndpoint(inboundRequestUrl, own) ? [unlisted('messaging service', sid)] : [];
    }),
  ];
};

/** Where another examined account has what this one lacks, the secrets are mixed up. */
const elsewhere = (name: string, called: string, all: readonly CheckedAccount[]): string | undefined =>
  all.find(
    ({ name: other, state }) =>
      other !== name &&
      (state.phoneNumbers.some(({ sid, phoneNumber }) => [sid, phoneNumber].includes(called)) ||
        state.messagingServices.some(({ sid }) => sid === called)),
  )?.name;

/** Holds an account against the configuration. */
export const connectionFindings = (
  account: CheckedAccount,
  all: readonly CheckedAccount[],
  target: Target,
  stageOption: string,
  otherStage: FindOtherStage,
): readonly DoctorFinding[] => {
  const { changes, obstacles } = planAccount(account.name, account.desired, account.state, otherStage);
  const apply = `npx gateway twilio apply${stageOption}`;
  return [
    ...obstacles.map(({ name, reason, stage }) => {
      const other = elsewhere(account.name, name, all);
      const subject = `${name} (account ${account.name})`;
      if (stage !== undefined) {
        const next = `${apply} --force, if it is to leave stage ${stage}; else take it out of twilio.config.ts here`;
        return problem('not-pointed-here', subject, reason, next);
      }
      return other === undefined
        ? problem(
            'missing',
            subject,
            reason,
            `correct twilio.config.ts, or the secret: npx gateway secret status${stageOption}`,
          )
        : problem(
            'secret',
            subject,
            `it is of the account ${other}: the secret holds another account, or twilio.config.ts lists it in the wrong place`,
            `npx gateway secret set${stageOption} --name ${account.name} --account-sid ACxxxx…`,
          );
    }),
    ...changes.flatMap((change) => changeFindings(change, apply)),
    ...beyondThePlan(account, target),
  ];
};
