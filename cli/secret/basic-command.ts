import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { BasicAuthSecret, BasicCredential } from '../../lambda/shared/credentials/basic-auth-secret';
import { chooseAccount, readAccountSecrets } from '../target/account-secrets';
import { type SecretStore } from '../clients/ports';
import { checkedPair, readBasicPairs, requireBasicSecret, type BasicPairs } from './basic-credential-pairs';
import { requireChallenge } from './basic-challenge';
import { canaryRequest, requireAccepted, sendCanary, waitForPropagation } from '../send/canary';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { stageOptionOf, type Target } from '../target/target';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { cli } from '../terminal/program-name';

interface SetOptions {
  readonly username: string;
  readonly generate?: true;
  readonly canary: boolean;
  readonly json?: true;
}
interface RetireOptions {
  readonly yes?: true;
  readonly json?: true;
}

const setHelp = `
Stores a user name and password for Basic authentication. The first pair is simply stored. A second pair begins a
change: the gateway then accepts both, and \`twilio apply\` gives Twilio the new one. The password is prompted for
without echo, or read from standard input, or made with --generate: nobody needs to see it, because \`twilio apply\`
reads it from the secret. Letters and digits only.

The gateway must accept a canary with the new pair at its public URL, and must answer a request without credentials
401 with the header WWW-Authenticate: without it Twilio never sends a pair, and every webhook is lost. During a
change the command then waits 15 seconds: after that every environment has read the pair, and Twilio may use it.

Exit status: 0 if it is stored and proven, 1 if not, 2 for wrong usage.

Examples:
  $ ${cli} secret basic set --stage prod --username twilio --generate
  $ pass twilio/basic | ${cli} secret basic set --stage prod --username twilio2
`;

const retireHelp = `
Ends a change: from then on only the pair that was stored last is accepted. Run it when Twilio has the new pair
everywhere, or its webhooks are rejected: \`${cli} doctor\` shows whether it has.

Examples:
  $ ${cli} secret basic retire --stage prod --yes
`;

const statusHelp = `
Exit status: 0 if the gateway can check a user name and password, 1 if not (then every webhook is answered 500).

Examples:
  $ ${cli} secret basic status --stage prod --json
`;

/** Twilio takes letters and digits; 40 hexadecimal digits are 160 bits. */
const generatedPassword = (): string => randomBytes(20).toString('hex');

const open = async (context: CommandContext) => {
  const backend = await context.openBackend();
  const secretId = requireBasicSecret(backend.target);
  const store = await backend.secrets();
  return { target: backend.target, store, secretId, held: await readBasicPairs(store, secretId) };
};

const contentOf = (...credentials: BasicAuthSecret['credentials']): string =>
  JSON.stringify({ credentials: credentials.filter((pair) => pair !== undefined) } satisfies {
    readonly credentials: readonly BasicCredential[];
  });

const prove = async (
  target: Target,
  store: SecretStore,
  pair: BasicCredential,
  context: CommandContext,
): Promise<void> => {
  const account = chooseAccount(await readAccountSecrets(store, target.secretIds), undefined);
  const result = await sendCanary(canaryRequest(target, account, pair), context);
  requireAccepted(result, 'The pair is stored', stageOptionOf(target));
  await requireChallenge(target, context);
};

const set = async (options: SetOptions, context: CommandContext): Promise<void> => {
  const { target, store, secretId, held } = await open(context);
  const stageOption = stageOptionOf(target);
  const [old, older] = held.kind === 'ok' ? held.pairs : [];
  if (older !== undefined) {
    throw new CliError(
      'A change is under way: the secret already holds two pairs, which is the limit. ' +
        `Next: ${cli} secret basic retire${stageOption}, once Twilio has the first one.`,
    );
  }
  const entered =
    options.generate === true
      ? generatedPassword()
      : await context.readHidden(`Password of ${terminalText(options.username)}: `);
  const pair = checkedPair(options.username, entered);
  if (old?.username === pair.username && old.password === pair.password) {
    throw new CliError('The secret already holds this pair. Nothing was changed.');
  }
  await store.put(secretId, contentOf(pair, old));
  context.output.note(options.canary ? 'Stored. Sending a canary with it …' : 'Stored.');
  if (options.canary) await prove(target, store, pair, context);
  if (old !== undefined) await waitForPropagation(context);
  const pairs = old === undefined ? 1 : 2;
  context.output.data(
    options.json === true
      ? jsonText({ secretId, pairs, proven: options.canary })
      : `${options.canary ? 'Stored and proven' : 'Stored, not proven'}: the gateway accepts ` +
          `${pairs === 1 ? 'this pair' : 'this pair and the one before'}.`,
  );
  context.output.note(
    `Next: ${cli} twilio apply${stageOption} gives it to Twilio` +
      `${pairs === 1 ? '' : `; then ${cli} secret basic retire${stageOption}`}.`,
  );
};

const retire = async (options: RetireOptions, context: CommandContext): Promise<void> => {
  const { store, secretId, held } = await open(context);
  const { output } = context;
  const [kept, retired] = held.kind === 'ok' ? held.pairs : [];
  if (kept === undefined || retired === undefined) {
    throw new CliError('No change is under way: the secret does not hold two pairs. Nothing was changed.');
  }
  if (options.yes !== true) {
    const question = `Reject the older pair (user ${terminalText(retired.username)}) from now on? [y/N] `;
    if (context.confirm === undefined || !(await context.confirm(question))) {
      output.note(`Nothing was changed${context.confirm === undefined ? ': pass --yes to retire it' : ''}.`);
      context.exitWithFailure();
      return;
    }
  }
  await store.put(secretId, contentOf(kept));
  output.data(
    options.json === true
      ? jsonText({ secretId, pairs: 1 })
      : 'Retired. Each environment rejects the older pair after its next read, within 5 minutes.',
  );
};

const details: Readonly<Record<BasicPairs['kind'], string>> = {
  ok: 'ok',
  placeholder: 'it is still the placeholder: every webhook is answered 500',
  invalid: 'its content is damaged: every webhook is answered 500',
  missing: 'it does not exist: every webhook is answered 500',
};

const status = async ({ json }: { readonly json?: true }, context: CommandContext): Promise<void> => {
  const { target, secretId, held } = await open(context);
  const usernames = held.kind === 'ok' ? held.pairs.flatMap((pair) => pair?.username ?? []) : [];
  context.output.data(
    json === true
      ? jsonText({ secretId, state: held.kind, usernames })
      : [
          details[held.kind],
          ...usernames.map((name, at) => `  ${at === 0 ? 'for Twilio' : 'still accepted'}: user ${terminalText(name)}`),
        ].join('\n'),
  );
  if (held.kind === 'ok') return;
  context.output.note(`Next: ${cli} secret basic set${stageOptionOf(target)} --username twilio --generate`);
  context.exitWithFailure();
};

export const registerSecretBasic = (secret: Command, context: CommandContext): void => {
  const basic = secret.command('basic').description('manage the user name and password for Basic authentication');
  basic
    .command('status')
    .description('show whether the pair can be used, and whether a change is under way')
    .addOption(jsonOption())
    .addHelpText('after', statusHelp)
    .action((options: { readonly json?: true }) => status(options, context));
  basic
    .command('set')
    .description('store a pair, or begin a change with a second one')
    .requiredOption('--username <name>', 'letters and digits')
    .option('--generate', 'make the password instead of asking for it')
    .option('--no-canary', 'do not prove it through the public URL')
    .addOption(jsonOption())
    .addHelpText('after', setHelp)
    .action((options: SetOptions) => set(options, context));
  basic
    .command('retire')
    .description('end a change: reject the older pair')
    .option('--yes', 'do not ask')
    .addOption(jsonOption())
    .addHelpText('after', retireHelp)
    .action((options: RetireOptions) => retire(options, context));
};
