import { readAccountSecrets } from '../target/account-secrets';
import { type SecretReader } from '../clients/ports';
import { CliError } from '../terminal/cli-error';
import type { Backend } from '../clients/ports';
import { twilioLane } from '../clients/twilio-lane';
import type { FallbackTarget } from '../target/target';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { nextAfter } from '../twilio/api/account-api';
import { openAccounts, type AccountConnection, type OpenAccount, type TwilioEnvironment } from '../twilio/api/accounts';
import { readBasicCredential } from '../twilio/basic-credential';
import { checkTwilioConfig, stageConfig } from '../twilio/config/config-check';
import { desiredAccounts, requirePublicGateway, type DesiredAccount } from '../twilio/desired-state';
import { readAccountState, type AccountState } from '../twilio/account-state';
import { otherStageFinder } from '../twilio/stage';
import { accountFindings, notInTwilioApi, refusedToken } from './account-checks';
import { connectionFindings, type CheckedAccount } from './connection-checks';
import {
  problem,
  mergeResults,
  notApplicable,
  onlyFindings,
  onlySkipped,
  type DoctorResult,
  type DoctorFinding,
  type CheckRunner,
} from './finding';

/** An account's state, or the finding that it cannot be read. */
const stateOf = async (account: OpenAccount, stageOption: string): Promise<AccountState | DoctorFinding> => {
  try {
    return await readAccountState(account.api);
  } catch (error) {
    if (!(error instanceof TwilioApiError)) throw error;
    if (error.status === 401 && !account.usesApiKey) return refusedToken(account, stageOption);
    return problem('twilio', `account ${account.name}`, error.message, nextAfter(error));
  }
};

const skipAll = (reason: string): DoctorResult => onlySkipped('twilio', reason);

/** An outage of the other region leaves everything but the fallback URLs to be checked. */
const laneOrSkipped = async (
  backend: Backend,
  signal: AbortSignal,
): Promise<{ readonly fallbackLane: FallbackTarget | undefined; readonly result: DoctorResult }> => {
  try {
    return { fallbackLane: await twilioLane(backend, signal), result: onlyFindings() };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const [reason = ''] = error.message.split('\n');
    return { fallbackLane: undefined, result: onlySkipped('fallback', reason) };
  }
};

/** The desired state of the accounts, or the result if they cannot be checked. */
const desiredState = async (
  { target }: Backend,
  environment: TwilioEnvironment,
  secrets: SecretReader,
  stage: string,
  fallbackLane: FallbackTarget | undefined,
): Promise<ReadonlyMap<string, DesiredAccount> | DoctorResult> => {
  try {
    if (target.connection.kind === 'local') requirePublicGateway(target);
  } catch (error) {
    // Normal on a laptop, so not a problem.
    if (error instanceof CliError) return skipAll(error.message);
    throw error;
  }
  const exported = await environment.config();
  if (exported === undefined) return skipAll('there is no twilio.config.ts in this directory');
  try {
    const config = checkTwilioConfig(exported);
    if (!Object.hasOwn(config, stage)) return skipAll(`twilio.config.ts has no stage ${stage}`);
    requirePublicGateway(target);
    return desiredAccounts(stageConfig(config, stage), {
      stage,
      webhooks: target.webhooks,
      fallbackLane,
      homeLane: target.fallback,
      credential: await readBasicCredential(target, secrets),
      force: true,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const finding = problem('configuration', 'twilio.config.ts', error.message, 'fix that first');
    return { findings: [finding], skipped: [] };
  }
};

/** Accounts that could not be opened. Unusable secrets are already findings of `checkGateway`. */
const unavailableAccounts = (connections: readonly AccountConnection[]): DoctorResult => {
  const shut = connections.flatMap((connection) => (connection.kind === 'unavailable' ? [connection] : []));
  return {
    findings: shut
      .filter(({ secretId }) => secretId === undefined)
      .map(({ name, reason, next }) => problem('configuration', `account ${name}`, reason, next)),
    skipped: shut
      .filter(({ secretId }) => secretId !== undefined)
      .map(({ name, reason }) => ({ check: 'twilio', reason: `account ${name}: ${reason}`, applies: true })),
  };
};

/** Checks Twilio's side: the URLs of numbers, services and triggers, and the state of the accounts. */
export const checkTwilio = async (
  backend: Backend,
  environment: TwilioEnvironment,
  stage: string,
  stageOption: string,
  runCheck: CheckRunner,
  signal: AbortSignal,
): Promise<DoctorResult> => {
  const { target } = backend;
  const secrets = await backend.secrets();
  const lane = await laneOrSkipped(backend, signal);
  const desired = await desiredState(backend, environment, secrets, stage, lane.fallbackLane);
  if ('findings' in desired) return desired;
  const connections = await openAccounts(environment, {
    names: [...desired.keys()],
    secretIds: target.secretIds,
    secrets,
    stageOption,
  });
  const open = connections.flatMap((connection) => (connection.kind === 'open' ? [connection] : []));
  const { accounts } = await readAccountSecrets(secrets, target.secretIds);
  const known = new Set(accounts.map(({ accountSid }) => accountSid));
  const examined: (CheckedAccount & { readonly account: OpenAccount })[] = [];
  const unanswered: DoctorFinding[] = [];
  for (const account of open) {
    const state = await stateOf(account, stageOption);
    if ('check' in state) unanswered.push(state);
    else {
      const wanted = desired.get(account.name);
      if (wanted !== undefined) examined.push({ name: account.name, desired: wanted, state, account });
    }
  }
  const otherStage = await otherStageFinder(backend);
  const parts: DoctorResult[] = [];
  for (const connection of examined) {
    const found = connectionFindings(connection, examined, target, stageOption, otherStage);
    parts.push(
      { findings: found, skipped: [] },
      await runCheck('twilio', async () => ({
        findings: await accountFindings(environment, connection.account, connection.state, known, stageOption),
        skipped: [],
      })),
    );
  }
  return mergeResults([
    unavailableAccounts(connections),
    { findings: unanswered, skipped: [] },
    lane.result,
    ...parts,
    // Nobody can check these by the API.
    notApplicable('account-settings', notInTwilioApi),
  ]);
};
