import type { Command } from 'commander';
import { parseAccountSecret, type AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { checkedAccountSecret } from './check-account-secret';
import { accountSuffix } from '../target/account-secrets';
import { type SecretStore } from '../clients/ports';
import { answerSummary, canaryRequest, requireAccepted, sendCanary, type CanaryResult } from '../send/canary';
import { selectSecret } from '../target/select-secret';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { stageOptionOf, type Target } from '../target/target';
import { jsonText } from '../terminal/terminal-text';
import { readBasicCredential } from '../twilio/basic-credential';
import { cli } from '../terminal/program-name';

interface SetOptions {
  readonly accountSid?: string;
  readonly name?: string;
  readonly canary: boolean;
  readonly json?: true;
}

const examples = `
Stores an account's primary Auth Token, which Twilio signs its webhooks with. The token is prompted for without echo on
a terminal, otherwise read from standard input; it is never an argument. The token that was stored before becomes
AWSPREVIOUS, and webhooks signed with it are accepted for another hour. The account's SharedKeys stay.

Then the command sends a canary signed with the token to the public URL: the gateway must accept it within half a
minute. It is always the same event, of a type that Twilio does not have, so the table holds one such item per account.
It proves that the gateway verifies with this token; \`${cli} doctor\` shows whether Twilio signs with it.

Exit status: 0 if the canary was accepted (or --no-canary), 1 if not (the token is stored anyway), 2 for wrong usage.

Examples:
  $ ${cli} secret set --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  $ ${cli} secret set --stage prod                     (for the account that is already stored)
  $ pass twilio/token | ${cli} secret set --stage prod --name support --account-sid ACxxxx…
  $ ${cli} secret set --stage prod --no-canary         (if the public URL cannot be reached from here)
`;

/** @throws CliError (which also says that the token is stored) if the canary is rejected */
const prove = async (
  target: Target,
  store: SecretStore,
  secret: AccountSecret,
  context: CommandContext,
): Promise<CanaryResult> => {
  let request;
  try {
    request = canaryRequest(target, secret, await readBasicCredential(target, store));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(`The Auth Token is stored, but no canary could be sent. ${error.message}`, 1, {
      cause: error,
    });
  }
  const result = await sendCanary(request, context);
  requireAccepted(result, 'The Auth Token is stored', stageOptionOf(target));
  return result;
};

export const registerSecretSet = (secret: Command, context: CommandContext): void => {
  secret
    .command('set')
    .description('store an Auth Token, read without echo or from standard input, and prove it with a canary')
    .option('--account-sid <sid>', 'the Twilio account (default: the one that the secret holds)')
    .option('--name <name>', 'which secret, if the stage has several: its ARN or a part of its name')
    .option('--no-canary', 'do not prove it through the public URL')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (options: SetOptions) => {
      const { output } = context;
      const backend = await context.openBackend();
      const { target } = backend;
      const secretId = selectSecret(target, options.name, '--name');
      const store = await backend.secrets();
      const held = await store.read(secretId, 'AWSCURRENT');
      const parsed = held.kind === 'text' ? parseAccountSecret(held.text) : undefined;
      const known = parsed?.kind === 'ok' ? parsed.secret : undefined;
      const accountSid = options.accountSid ?? known?.accountSid;
      if (accountSid === undefined) {
        throw new CliError('The secret has no account yet: name one with --account-sid ACxxxx….', 2);
      }
      const entered = await context.readHidden(`Primary Auth Token of ${accountSuffix(accountSid)}: `);
      const kept = known?.accountSid === accountSid ? known : undefined;
      const entry: AccountSecret = { ...kept, ...checkedAccountSecret(accountSid, entered) };
      await store.put(secretId, JSON.stringify(entry));
      output.note(
        options.canary
          ? `Stored. Sending a canary that is signed with it to ${target.webhooks.events.postUrl}`
          : 'Stored.',
      );
      const result = options.canary ? await prove(target, store, entry, context) : undefined;
      if (options.json === true) {
        const canary = result === undefined ? null : { accepted: true, tries: result.tries, answer: result.answer };
        output.data(jsonText({ secretId, account: accountSuffix(accountSid), stored: true, canary }));
        return;
      }
      output.data(
        result === undefined
          ? 'Stored, not proven. Ingress uses it within 5 minutes, ' +
              'or at once for a webhook that no other token verifies.'
          : `Stored and proven: the gateway accepted a canary signed with it (${answerSummary(result.answer)}).`,
      );
      output.note(`Next: ${cli} doctor${stageOptionOf(target)} shows whether Twilio signs with this token.`);
    });
};
