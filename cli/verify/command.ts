import type { Command } from 'commander';
import { isAccepted } from '../clients/post';
import { canaryRequest, answerSummary } from '../send/canary';
import { chooseAccount, readAccountSecrets } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { describeFailure } from '../terminal/failure';
import { jsonOption, wholeNumber } from '../terminal/options';
import type { CommandContext } from '../context';
import type { Backend } from '../clients/ports';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { stageOptionOf } from '../target/target';
import { readBasicCredential } from '../twilio/basic-credential';
import { awsChecks, deadLetterAlarm } from './aws-checks';
import { compared, notChecked, type Check, type CheckResult } from './check';
import { floodCheck, httpChecks } from './http-checks';
import { poisonChecks } from './poison-check';
import { cli, start } from '../terminal/program-name';

interface VerifyOptions {
  readonly local?: true;
  readonly flood?: number;
  readonly poison?: true;
  readonly json?: true;
}

const help = `
Checks a running gateway: its account and region, its settings and limits, what its URLs answer, the header of the
Basic challenge, the state of its alarms. It stores one harmless event (the same as "secret set") and nothing else.
Prints one line per check: what was expected, and what was found.

--flood sends n requests as fast as this machine can, and expects some of them to be answered 429: use it on a stage
with a low throttle (throttle: { rateLimit: 100, burstLimit: 100 }), never in production. --poison sends one message
that no consumer can read, waits until it is a dead letter and the alarm is in ALARM, and removes it: up to 35 minutes.

Exit status: 0 if nothing differs, 1 if something does, 2 for wrong usage. A check that could not be made is listed,
but does not count as a difference.

Examples:
  $ ${cli} verify --stage dev
  $ ${cli} verify --stage dev --flood 3000 --poison
  $ ${cli} verify --local
`;

const canaryCheck = (backend: Backend, { post }: CommandContext): Check => {
  const name = 'signed-webhook';
  const expected = 'status 2xx for a signed event';
  return {
    name,
    expected,
    run: async () => {
      const { target } = backend;
      const secrets = await backend.secrets();
      const account = chooseAccount(await readAccountSecrets(secrets, target.secretIds), undefined);
      const answer = await post(canaryRequest(target, account, await readBasicCredential(target, secrets)));
      return compared(name, expected, answerSummary(answer), isAccepted(answer));
    },
  };
};

const poison = async (backend: Backend, context: CommandContext): Promise<readonly Check[]> => {
  const { poisonQueues, aws, target } = backend;
  if (poisonQueues === undefined) throw new CliError(`${target.name} has no queues to send a message to.`);
  const readAlarm = aws === undefined ? undefined : () => deadLetterAlarm(target, aws);
  return poisonChecks(await poisonQueues(), readAlarm, context);
};

const checksOf = async (
  backend: Backend,
  options: VerifyOptions,
  context: CommandContext,
): Promise<readonly Check[]> => [
  ...(backend.aws === undefined ? [] : awsChecks(backend.target, backend.aws)),
  ...httpChecks(backend.target, context.post),
  canaryCheck(backend, context),
  ...(options.flood === undefined ? [] : [floodCheck(backend.target, context.post, options.flood, context.signal)]),
  ...(options.poison === true ? await poison(backend, context) : []),
];

const lineOf = ({ check, state, expected, found }: CheckResult, { paint }: CommandContext): string => {
  const sign = { ok: paint.green('✓'), different: paint.red('✗'), 'not-checked': paint.dim('-') }[state];
  const detail = state === 'not-checked' ? `not checked: ${found}` : `found ${found}`;
  return `${sign} ${check}: expected ${terminalText(expected)}; ${terminalText(detail)}`;
};

const verify = async (options: VerifyOptions, context: CommandContext): Promise<void> => {
  const { output, signal } = context;
  const backend = await context.openBackend();
  if (options.local === true && backend.target.connection.kind !== 'local') {
    throw new CliError(`Choose one of --local and${stageOptionOf(backend.target).replace(/^( --\w+).*/, '$1')}.`, 2);
  }
  const results: CheckResult[] = [];
  for (const { name, expected, run } of await checksOf(backend, options, context)) {
    let result: CheckResult;
    try {
      result = await run();
    } catch (error) {
      if (signal.aborted) throw error;
      result = notChecked(
        name,
        expected,
        describeFailure(error, signal, { isDeployed: backend.target.connection.kind !== 'local' }).text,
      );
    }
    results.push(result);
    if (options.json !== true) output.data(lineOf(result, context));
  }
  const count = (state: CheckResult['state']) => results.filter((result) => result.state === state).length;
  const ok = count('different') === 0;
  if (options.json === true) output.data(jsonText({ target: backend.target.name, ok, checks: results }));
  else output.data(`${count('ok')} as expected, ${count('different')} different, ${count('not-checked')} not checked.`);
  if (!ok) {
    output.note('docs/first-deployment.md describes what to do about each difference.');
    context.exitWithFailure();
  }
};

export const registerVerify = (command: Command, context: CommandContext): void => {
  command
    .option('--local', `the gateway that \`${start}\` runs, which is also the default without --stage`)
    .option('--flood <n>', 'send n requests at once and expect a throttle', wholeNumber(1, 100_000))
    .option('--poison', 'send a message that cannot be read, and wait for the dead letter and its alarm')
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((options: VerifyOptions) => verify(options, context));
};
