import type { Command } from 'commander';
import type { AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { accountSuffix, readAccountSecrets } from '../target/account-secrets';
import { type SecretStore } from '../clients/ports';
import { answerSummary, canaryRequest, requireAccepted, sendCanary } from '../send/canary';
import { selectSecret } from '../target/select-secret';
import { tableText } from '../terminal/table';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { checkedSharedKey, readForChange, withoutSharedKey, withSharedKey } from './shared-keys';
import { stageOptionOf, type Target } from '../target/target';
import { jsonText } from '../terminal/terminal-text';
import { readBasicCredential } from '../twilio/basic-credential';
import { cli } from '../terminal/program-name';

interface AccountOption {
  readonly account?: string;
  readonly json?: true;
}
interface SetOptions extends AccountOption {
  readonly canary: boolean;
}
interface RetireOptions extends AccountOption {
  readonly yes?: true;
}

const setHelp = `
Stores the secret of a SharedKey in addition to the account's Auth Token. Twilio signs with a SharedKey (HMAC-SHA256) if
a Webhook Rule names one; all other webhooks are still signed with the Auth Token. The secret is prompted for without
echo on a terminal, otherwise read from standard input; it is never an argument. Choose any name, for example the key's
SID.

To replace a key without losing a webhook, store the new one under another name, make Twilio's Webhook Setting use it,
then retire the old one. An account can have ten.

Exit status: 0 if a canary signed with it was accepted (or --no-canary), 1 if not (it is stored anyway), 2 for wrong
usage.

Examples:
  $ ${cli} secret shared-key set webhooks-2026 --stage prod
  $ pass twilio/shared-key | ${cli} secret shared-key set webhooks-2026 --stage prod --account support
`;

const listHelp = `
Shows the names of the stored SharedKeys. Their secrets are never printed.

Examples:
  $ ${cli} secret shared-key list --stage prod --json
`;

const retireHelp = `
Removes a SharedKey. Webhooks that Twilio still signs with it are rejected with 403, which Twilio does not retry:
change the Webhook Setting at Twilio first. Each environment drops the key at its next read, within 5 minutes.

Examples:
  $ ${cli} secret shared-key retire webhooks-2025 --stage prod --yes
`;

const open = async (context: CommandContext, { account }: AccountOption) => {
  const backend = await context.openBackend();
  const { target } = backend;
  const store = await backend.secrets();
  const secretId = selectSecret(target, account, '--account');
  return { target, store, secretId, held: await readForChange(store, secretId, stageOptionOf(target)) };
};

const prove = async (
  target: Target,
  store: SecretStore,
  secret: AccountSecret,
  context: CommandContext,
): Promise<string> => {
  const sharedKey = secret.sharedKeys?.at(-1);
  const request = canaryRequest(target, secret, await readBasicCredential(target, store), sharedKey);
  const result = await sendCanary(request, context);
  requireAccepted(result, 'The SharedKey is stored', stageOptionOf(target));
  return answerSummary(result.answer);
};

const set = async (name: string, options: SetOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const { target, store, secretId, held } = await open(context, options);
  const entered = await context.readHidden(`Secret of the SharedKey ${name}: `);
  const changed = withSharedKey(held, checkedSharedKey(name, entered, held));
  await store.put(secretId, JSON.stringify(changed));
  output.note(options.canary ? 'Stored. Sending a canary that is signed with it …' : 'Stored.');
  const proof = options.canary ? await prove(target, store, changed, context) : undefined;
  const account = accountSuffix(held.accountSid);
  if (options.json === true) output.data(jsonText({ secretId, account, name, stored: true, proven: options.canary }));
  else
    output.data(
      proof === undefined ? 'Stored, not proven.' : `Stored and proven: the gateway accepted a canary (${proof}).`,
    );
  output.note('Next: make a Webhook Setting at Twilio sign with this SharedKey and HMAC_SHA256.');
};

const list = async ({ json }: { readonly json?: true }, context: CommandContext): Promise<void> => {
  const backend = await context.openBackend();
  const { target } = backend;
  const { accounts, unusable } = await readAccountSecrets(await backend.secrets(), target.secretIds);
  const keys = accounts.flatMap(({ accountSid, sharedKeys = [] }) =>
    sharedKeys.map(({ name }) => ({ account: accountSuffix(accountSid), name })),
  );
  context.output.data(
    json === true
      ? jsonText(keys)
      : tableText(
          ['Account', 'SharedKey'].map((head) => ({ head })),
          keys.map(({ account, name }) => [account, name]),
          context,
        ),
  );
  if (unusable.length === 0) return;
  context.output.note(
    `${unusable.length} of ${target.secretIds.length} secrets cannot be used: ` +
      `${cli} secret status${stageOptionOf(target)}`,
  );
  context.exitWithFailure();
};

const retire = async (name: string, options: RetireOptions, context: CommandContext): Promise<void> => {
  const { output, confirm } = context;
  const { store, secretId, held } = await open(context, options);
  const changed = withoutSharedKey(held, name);
  if (options.yes !== true) {
    if (
      confirm === undefined ||
      !(await confirm(`Reject webhooks signed with the SharedKey ${name} from now on? [y/N] `))
    ) {
      output.note(`Nothing was changed${confirm === undefined ? ': pass --yes to retire it' : ''}.`);
      context.exitWithFailure();
      return;
    }
  }
  await store.put(secretId, JSON.stringify(changed));
  output.data(
    options.json === true
      ? jsonText({ secretId, account: accountSuffix(held.accountSid), name, retired: true })
      : 'Retired. Each environment rejects it after its next read, within 5 minutes.',
  );
};

const accountOption = [
  '--account <name>',
  'which account, if the stage has several: its name in `accounts`, or its secret’s ARN',
] as const;

export const registerSecretSharedKey = (secret: Command, context: CommandContext): void => {
  const sharedKey = secret
    .command('shared-key')
    .description('manage the SharedKeys that Twilio signs with if a Webhook Rule says so');
  sharedKey
    .command('set <name>')
    .description('store a SharedKey, read without echo or from standard input, and prove it with a canary')
    .option(...accountOption)
    .option('--no-canary', 'do not prove it through the public URL')
    .addOption(jsonOption())
    .addHelpText('after', setHelp)
    .action((name: string, options: SetOptions) => set(name, options, context));
  sharedKey
    .command('list')
    .description('show the names of the stored SharedKeys')
    .addOption(jsonOption())
    .addHelpText('after', listHelp)
    .action((options: { readonly json?: true }) => list(options, context));
  sharedKey
    .command('retire <name>')
    .description('remove a SharedKey')
    .option(...accountOption)
    .option('--yes', 'do not ask')
    .addOption(jsonOption())
    .addHelpText('after', retireHelp)
    .action((name: string, options: RetireOptions) => retire(name, options, context));
};
