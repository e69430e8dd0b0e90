import type { Command } from 'commander';
import { accountSuffix } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText } from '../terminal/terminal-text';
import { accountsOfRows, breakerSecretId, readBreakerSecret } from './breaker-secret';
import type { OpenSubaccounts } from './subaccounts';
import { stageOptionOf } from '../target/target';
import { cli } from '../terminal/program-name';

interface RearmOptions {
  readonly yes?: true;
  readonly reason?: string;
  readonly json?: true;
}

const help = `
Re-activates a suspended subaccount. First find out why the usage trigger fired: the subaccount can call and send
again at once, and the same firing does not suspend it again. A recurring trigger fires again in its next period.
Until then nothing enforces that limit, so raise it or watch the usage yourself.

It closes the breaker's unfinished firings for the subaccount (so that no dead letter suspends it again),
re-activates it, and records both in the table. Without --yes it asks first; without a terminal to ask on, it
changes nothing.

Exit status: 0 if the subaccount is active afterwards, 1 if not.

Examples:
  $ ${cli} breaker rearm support
  $ ${cli} breaker rearm support --stage prod --reason "leaked key revoked"
`;

/** Kept in the table, printed by `status`. */
const maxReasonCharacters = 200;

const isAgreed = async (question: string, options: RearmOptions, context: CommandContext): Promise<boolean> => {
  context.output.note(question);
  if (options.yes === true) return true;
  if (context.confirm === undefined) {
    context.output.note('Nothing was changed: pass --yes to re-activate it.');
    return false;
  }
  if (await context.confirm('Re-activate it? [y/N] ')) return true;
  context.output.note('Nothing was changed.');
  return false;
};

const rearm = async (
  name: string,
  options: RearmOptions,
  context: CommandContext,
  open: OpenSubaccounts,
): Promise<void> => {
  const { output } = context;
  if ((options.reason ?? '').length > maxReasonCharacters) {
    throw new CliError(`--reason takes at most ${maxReasonCharacters} characters.`, 2);
  }
  const backend = await context.openBackend();
  const store = await backend.secrets();
  const stored = await readBreakerSecret(store, breakerSecretId(backend));
  if (stored.kind === 'unusable') throw new CliError(`The breaker's secret cannot be used: ${stored.problem}.`);
  const { secret } = stored;
  const accountSid = secret.subaccounts.get(name);
  if (accountSid === undefined) {
    throw new CliError(
      "The breaker's secret has no subaccount of this name. It has: " +
        `${[...secret.subaccounts.keys()].join(', ') || 'none'}.`,
      2,
    );
  }
  const decisions = await backend.decisions();
  const twilio = await open(secret, context.twilio.variable('TWILIO_API_BASE_URL'));
  const before = await twilio.status(accountSid);
  const report = (status: string, changed: boolean, closed: number) =>
    output.data(
      options.json === true
        ? jsonText({ name, accountSid, before, status, changed, closed })
        : changed
          ? `${name} (${accountSuffix(accountSid)}) is active again; ${closed} unfinished firings were closed.`
          : `${name} (${accountSuffix(accountSid)}) is active: nothing to do.`,
    );
  if (before === 'active') {
    report(before, false, 0);
    return;
  }
  if (before !== 'suspended') throw new CliError(`${name} is ${before} at Twilio: that cannot be changed.`);

  const question =
    `${name} (${accountSuffix(accountSid)}) is suspended. ` +
    'Re-activated, it can call and send at once, and the firing that ' +
    'stopped it does not stop it again.';
  if (!(await isAgreed(question, options, context))) {
    context.exitWithFailure();
    return;
  }
  const at = context.now().toISOString();
  const sids = await accountsOfRows(store, backend.target.secretIds, secret);
  // First: a retry between the two would suspend it again.
  const closed = await decisions.closeOpen(sids, accountSid, at);
  await twilio.activate(accountSid);
  await decisions.writeRearm({ accountSid, at, reason: options.reason });
  report('active', true, closed);
  output.note(`Next: ${cli} breaker drill${stageOptionOf(backend.target)} shows that the breaker is ready.`);
};

export const registerBreakerRearm = (breaker: Command, context: CommandContext, open: OpenSubaccounts): void => {
  breaker
    .command('rearm')
    .description('set a suspended subaccount active again')
    .argument('<subaccount>', "its name in the breaker's secret")
    .option('--yes', 'without asking')
    .option('--reason <text>', 'kept with the record')
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((name: string, options: RearmOptions) => rearm(name, options, context, open));
};
