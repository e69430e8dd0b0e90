import { accountSuffix } from '../target/account-secrets';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { nextAfter, type AccountFacts } from '../twilio/api/account-api';
import type { OpenAccount, TwilioEnvironment } from '../twilio/api/accounts';
import type { AccountState } from '../twilio/account-state';
import { advice, problem, type DoctorFinding } from './finding';
import { cli, propsPlace } from '../terminal/program-name';

export const notInTwilioApi =
  'two-factor login, request inspector, media protection and certificate validation: not in Twilio’s API; see the ' +
  'checklist in docs/connect-twilio.md';

const subjectOf = ({ name, secret }: Pick<OpenAccount, 'name' | 'secret'>): string =>
  `account ${name} ${accountSuffix(secret.accountSid)}`;

export const refusedToken = (account: Pick<OpenAccount, 'name' | 'secret'>, stageOption: string): DoctorFinding =>
  problem(
    'secret',
    subjectOf(account),
    'Twilio refuses the Auth Token in its secret: it was rotated, or belongs to another account',
    `${cli} secret set${stageOption} --name ${account.name}`,
  );

/** Whether Twilio signs with the token in the secret. */
const tokenFindings = async (
  { open }: Pick<TwilioEnvironment, 'open'>,
  account: OpenAccount,
  stageOption: string,
): Promise<readonly DoctorFinding[]> => {
  const { name, secret } = account;
  const subject = subjectOf(account);
  const setSecretCommand = `${cli} secret set${stageOption} --name ${name}`;
  try {
    const api = await open({ ...secret, username: secret.accountSid, password: secret.authToken });
    const { primaryAuthToken } = await api.account();
    if (primaryAuthToken === undefined || primaryAuthToken === secret.authToken) return [];
    return [
      problem(
        'secret',
        subject,
        'its secret holds an Auth Token that is not the primary one, and only the primary one signs webhooks',
        setSecretCommand,
      ),
    ];
  } catch (error) {
    if (!(error instanceof TwilioApiError)) throw error;
    return [
      error.status === 401
        ? refusedToken(account, stageOption)
        : problem('twilio', subject, error.message, nextAfter(error)),
    ];
  }
};

const factsFindings = (
  { status, type }: AccountFacts,
  subject: string,
  stageOption: string,
): readonly DoctorFinding[] => [
  ...(status === 'active'
    ? []
    : [
        problem(
          'account',
          subject,
          `it is ${status}: it sends and receives nothing`,
          `check the Twilio console; if the circuit breaker did it: \`${cli} breaker status${stageOption}\``,
        ),
      ]),
  ...(type === 'Trial'
    ? [
        advice(
          'account',
          subject,
          'it is a trial account: it only reaches verified numbers',
          'upgrade it before production',
        ),
      ]
    : []),
];

const insecureUrls = ({ phoneNumbers, messagingServices }: AccountState, account: string): readonly DoctorFinding[] =>
  [...phoneNumbers, ...messagingServices].flatMap((resource) => {
    const fields = Object.entries(resource).flatMap(([field, value]) =>
      typeof value === 'string' && /^http:/i.test(value) ? [field] : [],
    );
    const resourceName = 'phoneNumber' in resource ? resource.phoneNumber : resource.sid;
    return fields.length === 0
      ? []
      : [
          advice(
            'https',
            `${resourceName} (account ${account})`,
            `${fields.join(', ')} begins with http://: anybody on the network path can read and change it`,
            'use https://',
          ),
        ];
  });

/** Subaccounts sign with their own tokens; without a secret all their webhooks are rejected. */
const subaccountFindings = (
  subaccounts: readonly AccountFacts[],
  known: ReadonlySet<string>,
  account: string,
): readonly DoctorFinding[] => {
  const unknown = subaccounts.filter(({ sid, status }) => status === 'active' && !known.has(sid));
  if (unknown.length === 0) return [];
  const suffixes = unknown.slice(0, 5).map(({ sid }) => accountSuffix(sid));
  return [
    advice(
      'subaccounts',
      `account ${account}`,
      `${unknown.length} active ${unknown.length === 1 ? 'subaccount has' : 'subaccounts have'} no secret here ` +
        `(${suffixes.join(', ')}${unknown.length > 5 ? ', …' : ''}): their webhooks would be rejected`,
      `if they use this gateway, add them to \`accounts\` in ${propsPlace}`,
    ),
  ];
};

/** Findings about an account's state and security. */
export const accountFindings = async (
  environment: Pick<TwilioEnvironment, 'open'>,
  account: OpenAccount,
  state: AccountState,
  known: ReadonlySet<string>,
  stageOption: string,
): Promise<readonly DoctorFinding[]> => {
  const { name, api, usesApiKey } = account;
  const subject = subjectOf(account);
  const token = await tokenFindings(environment, account, stageOption);
  const findings = [
    ...token,
    ...insecureUrls(state, name),
    ...(usesApiKey
      ? []
      : [
          advice(
            'api-key',
            subject,
            'this command used the Auth Token, which has all permissions and also signs webhooks',
            'create an API key in the Twilio console and set TWILIO_API_KEY and TWILIO_API_SECRET',
          ),
        ]),
  ];
  try {
    const facts = await api.account();
    const subaccounts = facts.isSubaccount ? [] : await api.subaccounts();
    return [
      ...findings,
      ...factsFindings(facts, subject, stageOption),
      ...subaccountFindings(subaccounts, known, name),
    ];
  } catch (error) {
    if (!(error instanceof TwilioApiError)) throw error;
    // A standard API key may not read accounts; everything else was checked.
    return [
      ...findings,
      usesApiKey && !error.isAmbiguous
        ? advice(
            'account',
            subject,
            'the API key may not read the account, so its state is unknown',
            'use a main API key for the doctor',
          )
        : problem('twilio', subject, error.message, nextAfter(error)),
    ];
  }
};
