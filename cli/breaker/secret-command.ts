import { InvalidArgumentError, type Command } from 'commander';
import { parseBreakerSecret, subaccountNamePattern } from '../../lambda/shared/breaker/breaker-secret';
import type { BreakerTrigger } from '../../lambda/shared/breaker/breaker-trigger';
import { isAccountSid } from '../../lambda/shared/payload/sid';
import { accountSuffix } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { accountSidArgument, keySidArgument } from '../terminal/options';
import type { CommandContext } from '../context';
import { breakerSecretId, readBreakerSecret } from './breaker-secret';
import { stageOptionOf } from '../target/target';
import { cli, propsPlace } from '../terminal/program-name';

interface SecretOptions {
  readonly accountSid?: string;
  readonly keySid?: string;
  readonly subaccount?: ReadonlyMap<string, string>;
}

const help = `
Stores the credentials of the parent account, which alone may suspend its subaccounts, and the SIDs of the
subaccounts that ${propsPlace} names as targets. Stored subaccounts are kept; a stored SID that is given a new name
is renamed.

The credentials are the parent's Auth Token, or with --key-sid an API key of type Main (a Standard key may not
change accounts; \`breaker drill\` shows whether a key may read the subaccounts' calls). The token or key secret is
prompted for without echo on a terminal, else read from standard input; it is never an argument.

Examples:
  $ ${cli} breaker secret --account-sid ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx \\
      --subaccount support=ACyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy
  $ pass twilio/main-key | ${cli} breaker secret --stage prod --key-sid SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`;

const subaccountArgument = (
  text: string,
  earlier: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> => {
  const [name = '', sid] = text.split('=');
  if (!subaccountNamePattern.test(name) || !isAccountSid(sid)) {
    throw new InvalidArgumentError(`Give name=ACxxxx…, with a name from ${propsPlace}.`);
  }
  return new Map([...earlier, [name, sid]]);
};

/** A misspelt name would otherwise not be noticed until a trigger fires. */
const nameMismatches = (
  subaccounts: Readonly<Record<string, string>>,
  triggers: readonly BreakerTrigger[],
): readonly string[] => {
  const targets = [...new Set(triggers.map(({ target }) => target))];
  const unknown = Object.keys(subaccounts).filter((name) => !targets.includes(name));
  const lacking = targets.filter((name) => !Object.hasOwn(subaccounts, name));
  return [
    ...unknown.map((name) => `${name} is not a target of this stage (${targets.join(', ')}): nothing uses it.`),
    ...lacking.map((name) => `The secret lacks ${name}, a target of this stage: add --subaccount ${name}=ACxxxx….`),
  ];
};

export const registerBreakerSecret = (breaker: Command, context: CommandContext): void => {
  breaker
    .command('secret')
    .description("store the parent account's credentials and the subaccounts' SIDs")
    .option('--account-sid <sid>', 'the parent account (default: the one that is stored)', accountSidArgument)
    .option('--key-sid <sid>', 'an API key of type Main, instead of the Auth Token', keySidArgument)
    .option('--subaccount <name=sid>', `a target of ${propsPlace}; repeat it for several`, subaccountArgument)
    .addHelpText('after', help)
    .action(async ({ accountSid: parent, keySid, subaccount = new Map() }: SecretOptions) => {
      const backend = await context.openBackend();
      const secretId = breakerSecretId(backend);
      const store = await backend.secrets();
      const stored = await readBreakerSecret(store, secretId);
      const current = stored.kind === 'ok' ? stored.secret : undefined;
      const accountSid = parent ?? current?.accountSid;
      if (accountSid === undefined) {
        throw new CliError('The secret has no account yet: name one with --account-sid ACxxxx….', 2);
      }
      // A SID that is given a new name loses its old one, so that a misspelt name can be fixed.
      const given = new Set(subaccount.values());
      const kept = [...(current?.subaccounts ?? [])].filter(([, sid]) => !given.has(sid));
      const subaccounts = Object.fromEntries([...kept, ...subaccount]);
      const prompt = keySid === undefined ? 'Primary Auth Token of' : 'Secret of the API key of';
      const entered = (await context.readHidden(`${prompt} ${accountSuffix(accountSid)}: `)).trim();
      const text = JSON.stringify({
        accountSid,
        ...(keySid === undefined ? { authToken: entered } : { apiKey: keySid, apiSecret: entered }),
        subaccounts,
      });
      const parsed = parseBreakerSecret(text);
      if (parsed.kind !== 'ok') {
        throw new CliError(`Nothing was stored: ${parsed.kind === 'invalid' ? parsed.detail : 'it is a placeholder'}.`);
      }
      await store.put(secretId, text);
      context.output.data(`Stored, with the subaccounts: ${Object.keys(subaccounts).join(', ') || 'none'}.`);
      for (const text of nameMismatches(subaccounts, backend.target.breaker?.triggers ?? [])) {
        context.output.note(text);
      }
      context.output.note(`Next: test them with ${cli} breaker drill${stageOptionOf(backend.target)}.`);
    });
};
