import type { Command } from 'commander';
import { versionStatus, type SecretState, type SecretVersionStatus } from '../target/account-secrets';
import { type SecretReader } from '../clients/ports';
import { versionStages } from '../clients/ports';
import { printTable, shortTime } from '../terminal/table';
import { jsonOption, wideOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { registerSecretBasic } from './basic-command';
import { registerSecretRotate } from './rotate-command';
import { registerSecretSet } from './set-command';
import { registerSecretSharedKey } from './shared-key-command';
import { stageOptionOf } from '../target/target';
import { cli } from '../terminal/program-name';

interface SecretStatus {
  readonly secretId: string;
  readonly name: string | null;
  /** The state of the current version: only with `ok` are webhooks accepted. */
  readonly state: SecretState;
  readonly detail: string | null;
  readonly account: string | null;
  readonly changedAt: string | null;
  readonly versions: readonly SecretVersionStatus[];
}

const statusOf = async (reader: SecretReader, secretId: string): Promise<SecretStatus> => {
  const description = await reader.describe(secretId);
  if (description === undefined) {
    const detail = 'Secrets Manager has no secret with this name; deploy the stack again';
    return {
      secretId,
      name: null,
      state: 'missing',
      detail,
      account: null,
      changedAt: null,
      versions: [],
    };
  }
  const versions = await Promise.all(
    versionStages
      .filter((stage) => stage === 'AWSCURRENT' || description.stages.includes(stage))
      .map((stage) => versionStatus(reader, secretId, stage)),
  );
  const current = versions.find(({ stage }) => stage === 'AWSCURRENT');
  return {
    secretId,
    name: description.name,
    state: current?.state ?? 'missing',
    detail: current?.detail ?? null,
    account: current?.account ?? null,
    changedAt: description.changedAt,
    versions,
  };
};

const printStatuses = (statuses: readonly SecretStatus[], context: CommandContext, wide?: true): void =>
  printTable(
    [
      { head: 'Secret' },
      { head: 'Account', keepWhole: true },
      { head: 'Version', keepWhole: true },
      { head: 'State', keepWhole: true },
      { head: 'Changed', keepWhole: true, short: shortTime, priority: 1 },
      { head: 'Detail', minCharacters: 20 },
    ],
    statuses.flatMap((status) =>
      status.versions.length === 0
        ? [[status.secretId, null, null, status.state, null, status.detail]]
        : status.versions.map((version) => [
            status.name,
            version.account,
            version.stage,
            version.state,
            status.changedAt,
            version.detail,
          ]),
    ),
    context,
    { wide },
  );

const examples = `
Shows for each configured Twilio account whether its secret can verify webhooks: ok, placeholder (no Auth Token has been
stored yet), invalid, or missing. Tokens are never printed.

Exit status: 0 if every current version is ok, 1 if not.

Examples:
  $ ${cli} secret status
  $ ${cli} secret status --stage prod --json
`;

export const registerSecret = (secret: Command, context: CommandContext): void => {
  secret
    .command('status')
    .description('show which secrets can verify webhooks')
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (options: { readonly wide?: true; readonly json?: true }) => {
      const backend = await context.openBackend();
      const reader = await backend.secrets();
      const statuses = await Promise.all(backend.target.secretIds.map((secretId) => statusOf(reader, secretId)));
      if (options.json === true) context.output.data(jsonText(statuses));
      else printStatuses(statuses, context, options.wide);
      const broken = statuses.filter(({ state }) => state !== 'ok').length;
      if (statuses.length > 0 && broken === 0) return;
      context.output.note(
        statuses.length === 0
          ? 'No account secret is configured.'
          : `${broken} of ${statuses.length} secrets cannot verify webhooks: those are answered 500 until you run ` +
              `\`${cli} secret set${stageOptionOf(backend.target)}\` for each.`,
      );
      context.exitWithFailure();
    });
  registerSecretSet(secret, context);
  registerSecretRotate(secret, context);
  registerSecretSharedKey(secret, context);
  registerSecretBasic(secret, context);
};
