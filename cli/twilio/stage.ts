import { configKeyOf, stageOptionOf } from '../target/target';
import { CliError } from '../terminal/cli-error';
import type { CommandContext } from '../context';
import type { Backend } from '../clients/ports';
import { twilioLane } from '../clients/twilio-lane';
import { TwilioApiError } from '../../lambda/shared/twilio/twilio-api-error';
import { nextAfter, type TwilioAccountApi } from './api/account-api';
import { openAccounts, requireOpen, type OpenAccount } from './api/accounts';
import { readBasicCredential } from './basic-credential';
import { checkTwilioConfig, stageConfig } from './config/config-check';
import { desiredAccounts, requirePublicGateway, type DesiredAccount } from './desired-state';
import { planAccount, type AccountPlan, type FindOtherStage } from './plan';
import { readAccountState, type AccountState } from './account-state';
import { otherStageOf } from './webhook-url';

/** A stage with its checked configuration and opened accounts. */
export interface ConnectedStage {
  /** The stage's name, or `local`. */
  readonly name: string;
  /** ` --stage dev`, or nothing for the local gateway. */
  readonly stageOption: string;
  readonly desired: ReadonlyMap<string, DesiredAccount>;
  readonly accounts: readonly OpenAccount[];
  /** Finds nothing with `--force`. */
  readonly otherStage: FindOtherStage;
}

/** Recognizes URLs of the other stages whose base URLs can be read. */
export const otherStageFinder = async ({ target, otherStages }: Backend): Promise<FindOtherStage> => {
  const own = Object.values(target.webhooks).map(({ signedUrl }) => signedUrl);
  const others = (await otherStages?.()) ?? [];
  return (url) => otherStageOf(url, own, others);
};

/**
 * Checks the configuration before any request to Twilio, then opens the accounts.
 * @param force opens the stage also if the configuration has URLs of another stage or host
 * @param needsUrls `undo` does without, so it works while the region of the fallback URL has an outage
 * @throws CliError for a bad configuration, a URL that Twilio must not get, or an account without a usable secret
 */
export const openStage = async (
  context: Pick<CommandContext, 'twilio' | 'openBackend' | 'signal'>,
  force: boolean,
  { needsUrls }: { readonly needsUrls: boolean } = { needsUrls: true },
): Promise<ConnectedStage> => {
  const { twilio } = context;
  const backend = await context.openBackend();
  const { target } = backend;
  const name = configKeyOf(target);
  const stageOption = stageOptionOf(target);
  const exported = await twilio.config();
  if (exported === undefined) {
    throw new CliError(
      'There is no twilio.config.ts in this directory. Run the command in the root of the project.',
      2,
    );
  }
  const config = stageConfig(checkTwilioConfig(exported), name);
  requirePublicGateway(target);
  const secrets = await backend.secrets();
  const desired = desiredAccounts(config, {
    stage: name,
    webhooks: target.webhooks,
    fallbackLane: needsUrls ? await twilioLane(backend, context.signal) : target.fallback,
    homeLane: target.fallback,
    credential: await readBasicCredential(target, secrets),
    force,
  });
  const connections = await openAccounts(twilio, {
    names: [...desired.keys()],
    secretIds: target.secretIds,
    secrets,
    stageOption,
  });
  const otherStage = force ? () => undefined : await otherStageFinder(backend);
  return { name, stageOption, desired, accounts: requireOpen(connections), otherStage };
};

/** @throws Error if the stage has no account with this name */
export const apiOf =
  ({ accounts }: ConnectedStage) =>
  (account: string): TwilioAccountApi => {
    const found = accounts.find(({ name }) => name === account);
    if (found === undefined) throw new Error(`no account ${account} is open`);
    return found.api;
  };

/** @throws CliError that names the account if the request to Twilio fails */
export const stateOf = async ({ name, api }: OpenAccount): Promise<AccountState> => {
  try {
    return await readAccountState(api);
  } catch (error) {
    if (!(error instanceof TwilioApiError)) throw error;
    throw new CliError(`Account ${name}: ${error.message}. ${nextAfter(error)}`, 1, { cause: error });
  }
};

/** The plan of all accounts. */
export const changesOfStage = async ({ accounts, desired, otherStage }: ConnectedStage): Promise<AccountPlan> => {
  const plans: AccountPlan[] = [];
  for (const account of accounts) {
    const wanted = desired.get(account.name);
    if (wanted !== undefined) plans.push(planAccount(account.name, wanted, await stateOf(account), otherStage));
  }
  return {
    changes: plans.flatMap(({ changes }) => changes),
    obstacles: plans.flatMap(({ obstacles }) => obstacles),
  };
};
