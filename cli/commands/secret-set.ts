import type { Command } from 'commander';
import { parseAccountSecret } from '../../lambda/shared/account-secret';
import { checkedAccountSecret } from '../account-secret-entry';
import { accountSuffix } from '../account-secrets';
import { CliError } from '../cli-error';
import type { Backend, CommandContext } from '../ports';

interface SetOptions {
  readonly accountSid?: string;
  readonly name?: string;
}

const examples = `
Stores an account's primary Auth Token, which Twilio signs its webhooks with. The token is asked for without echo on a
terminal, and read from standard input elsewhere; it is never an argument. What was stored before becomes
AWSPREVIOUS, and webhooks signed with it are accepted for another hour.

Examples:
  $ npx gateway secret set --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  $ npx gateway secret set --stage prod                     (the account is the one that is stored already)
  $ pass twilio/token | npx gateway secret set --stage prod --name support --account-sid ACxxxx…
`;

/** The secret that is meant: the only one, or the one that `--name` names by its ARN or a part of it. */
const chooseSecret = ({ target }: Backend, choice: string | undefined): string => {
  const { secretIds } = target;
  const found =
    choice === undefined ? secretIds : secretIds.filter((id) => id === choice || nameIn(id, choice));
  const [secretId] = found;
  if (secretId !== undefined && found.length === 1) return secretId;
  throw new CliError(
    `Name one secret with --name; ${found.length === 0 ? 'none' : 'several'} of these match: ${secretIds.join(', ')}.`,
    2,
  );
};

const nameIn = (secretId: string, choice: string): boolean =>
  (secretId.split(':').at(-1) ?? '').toLowerCase().includes(choice.toLowerCase());

export const registerSecretSet = (secret: Command, context: CommandContext): void => {
  secret
    .command('set')
    .description('store an Auth Token, read without echo or from standard input')
    .option('--account-sid <sid>', 'the Twilio account (default: the one that the secret holds)')
    .option('--name <name>', 'which secret, where the stage has several: its ARN or a part of its name')
    .addHelpText('after', examples)
    .action(async (options: SetOptions) => {
      const backend = await context.openBackend();
      const secretId = chooseSecret(backend, options.name);
      const store = await backend.secrets();
      const held = await store.read(secretId, 'AWSCURRENT');
      const known = held.kind === 'text' ? parseAccountSecret(held.text) : undefined;
      const accountSid = options.accountSid ?? (known?.kind === 'ok' ? known.secret.accountSid : undefined);
      if (accountSid === undefined) {
        throw new CliError('The secret holds no account yet: say which with --account-sid ACxxxx….', 2);
      }
      const entered = await context.readHidden(`Primary Auth Token of ${accountSuffix(accountSid)}: `);
      const entry = checkedAccountSecret(accountSid, entered);
      await store.put(secretId, JSON.stringify(entry));
      context.output.data(
        `Stored. Ingress uses it within 5 minutes, and at once for a webhook it cannot verify otherwise.`,
      );
      context.output.note('Next: npx gateway send sms (with the same --stage) shows that it verifies.');
    });
};
