import type { Command } from 'commander';
import { parseReplySecret, type ReplyKey } from '../../lambda/shared/credentials/reply-secret';
import type { Backend, SecretStore } from '../clients/ports';
import type { CommandContext } from '../context';
import { accountSuffix } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { accountSidArgument, keySidArgument } from '../terminal/options';
import { cli } from '../terminal/program-name';

interface SecretOptions {
  readonly accountSid?: string;
  readonly keySid: string;
}

const help = `
Stores the API key that handlers reply with. A Standard key of Twilio is enough. The keys of other accounts are kept,
and a new key of the same account replaces the old one. The key secret is prompted for without echo on a terminal, else
read from standard input; it is never an argument.

Examples:
  $ ${cli} replies secret --stage prod --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \\
      --key-sid SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  $ pass twilio/reply-key | ${cli} replies secret --stage prod --key-sid SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`;

/** @throws CliError where the target has no reply secret, or fills it itself */
const replySecretId = ({ target }: Backend): string => {
  if (target.twilioStandIn !== undefined) {
    throw new CliError(
      'The local gateway replies by its Twilio stand-in. To reply by Twilio, start it with TWILIO_ACCOUNT_SID, ' +
        'TWILIO_AUTH_TOKEN, TWILIO_API_KEY and TWILIO_API_SECRET.',
    );
  }
  if (target.replySecretId !== undefined) return target.replySecretId;
  throw new CliError(
    `No handler replies at ${target.name}. Register one in lib/handlers.ts with \`reply: true\` and deploy.`,
  );
};

const storedKeys = async (store: SecretStore, secretId: string): Promise<readonly ReplyKey[]> => {
  const found = await store.read(secretId, 'AWSCURRENT');
  const parsed = parseReplySecret(found.kind === 'missing' ? undefined : found.text);
  return parsed.kind === 'ok' ? parsed.keys : [];
};

/** @throws CliError if several accounts are possible, or none */
const chosenAccount = (given: string | undefined, stored: readonly ReplyKey[]): string => {
  if (given !== undefined) return given;
  const [only, ...others] = stored;
  if (only !== undefined && others.length === 0) return only.accountSid;
  throw new CliError(
    `The secret holds ${only === undefined ? 'no account yet' : 'several accounts'}: ` +
      'say which with --account-sid ACxxxx….',
    2,
  );
};

/** A secret with one API key for each account. */
export interface KeySecret {
  readonly description: string;
  readonly help: string;
  /** @throws CliError where the target has no such secret, or fills it itself */
  readonly secretIdOf: (backend: Backend) => string;
}

export const registerReplySecret = (replies: Command, context: CommandContext): void =>
  registerKeySecret(replies, context, {
    description: 'store the API key that handlers reply with',
    help,
    secretIdOf: replySecretId,
  });

export const registerKeySecret = (
  parent: Command,
  context: CommandContext,
  { description, help: helpText, secretIdOf }: KeySecret,
): void => {
  parent
    .command('secret')
    .description(description)
    .option('--account-sid <sid>', 'the account of the key (default: the one that is stored)', accountSidArgument)
    .requiredOption('--key-sid <sid>', 'the API key', keySidArgument)
    .addHelpText('after', helpText)
    .action(async ({ accountSid: given, keySid: apiKey }: SecretOptions) => {
      const backend = await context.openBackend();
      const secretId = secretIdOf(backend);
      const store = await backend.secrets();
      const stored = await storedKeys(store, secretId);
      const accountSid = chosenAccount(given, stored);
      const apiSecret = (await context.readHidden(`Secret of the API key of ${accountSuffix(accountSid)}: `)).trim();
      const kept = stored.filter((key) => key.accountSid !== accountSid);
      const keys = [...kept, { accountSid, apiKey, apiSecret }];
      const text = JSON.stringify(keys.length === 1 ? keys[0] : keys);
      const parsed = parseReplySecret(text);
      if (parsed.kind !== 'ok') {
        throw new CliError(`Nothing was stored: ${parsed.kind === 'invalid' ? parsed.detail : 'it is a placeholder'}.`);
      }
      await store.put(secretId, text);
      context.output.data(`Stored, for the accounts: ${keys.map((key) => accountSuffix(key.accountSid)).join(', ')}.`);
      context.output.note('Functions that run may use the old key for a few minutes.');
    });
};
