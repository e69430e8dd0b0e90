import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { Backend } from '../clients/ports';
import type { CommandContext } from '../context';
import { readAccountSecrets } from '../target/account-secrets';
import { CliError } from '../terminal/cli-error';
import { jsonOption } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { confirmStage } from './confirm-stage';
import { eraseNumber, findNumber, type EraseDependencies, type ErasedNumber } from './erase-number';
import { createNumberMatcher } from './number-matcher';
import { notCovered, openReceipt, type Receipt } from './receipt';
import { createRedactor, type Redactor } from './redact';
import { isComplete, printErased, printFound, redactionView, sum, totalOf } from './report';

export interface EraseOptions {
  readonly number: string;
  readonly yes?: true;
  readonly confirm?: string;
  readonly redactAtTwilio?: true;
  readonly receipt?: string;
  readonly json?: true;
}

/** At least eight digits: a shorter number is part of many texts and ids of other people. */
const numberArgument = (text: string): string => {
  const number = /^(?:[a-z]+:)?(\+[1-9]\d{7,14})$/.exec(text)?.[1];
  if (number === undefined) {
    throw new InvalidArgumentError('Give the number with + and its country code, such as +15550100001.');
  }
  return number;
};

const createStageRedactor = async (backend: Backend, { twilio, output }: CommandContext): Promise<Redactor> => {
  const { target } = backend;
  if (target.twilioStandIn !== undefined && twilio.variable('TWILIO_API_BASE_URL') === undefined) {
    throw new CliError('The messages of this local gateway are not at Twilio: leave out --redact-at-twilio.', 2);
  }
  const { accounts } = await readAccountSecrets(await backend.secrets(), target.secretIds);
  const open = async (accountSid: string) => {
    const account = accounts.find((candidate) => candidate.accountSid === accountSid);
    if (account === undefined) return undefined;
    return twilio.open({ accountSid, username: accountSid, password: account.authToken });
  };
  return createRedactor(open, (count) => {
    if (count % 100 === 0) output.note(`${count} messages redacted at Twilio …`);
  });
};

const receiptOf = (
  backend: Backend,
  startedAt: Date,
  erased: ErasedNumber | undefined,
  redactor: Redactor | undefined,
  context: CommandContext,
): Receipt => ({
  id: randomUUID(),
  gateway: backend.target.name,
  startedAt: startedAt.toISOString(),
  finishedAt: context.now().toISOString(),
  complete: erased !== undefined && isComplete(erased),
  items: erased === undefined ? {} : { total: totalOf(erased.counts), ...erased.counts, related: erased.related },
  deadLetters: Object.fromEntries((erased?.queues ?? []).map(({ name, matched, left }) => [name, matched - left])),
  redactedAtTwilio: redactor === undefined ? null : redactionView(redactor.result()),
  notCovered,
});

const eraseAll = async (
  backend: Backend,
  dependencies: EraseDependencies,
  options: EraseOptions,
  context: CommandContext,
): Promise<void> => {
  const { now, workingDirectory } = context;
  await confirmStage(backend.target, options.confirm, context);
  const redactor = options.redactAtTwilio === true ? await createStageRedactor(backend, context) : undefined;
  const startedAt = now();
  const file = options.receipt ?? join('.gateway', `erase-${startedAt.toISOString().replace(/[:.]/g, '-')}.json`);
  const writeReceipt = await openReceipt(resolve(workingDirectory(), file));
  let erased: ErasedNumber | undefined;
  try {
    erased = await eraseNumber(dependencies, redactor);
  } finally {
    await writeReceipt(receiptOf(backend, startedAt, erased, redactor, context));
  }
  printErased(erased, { redaction: redactor?.result(), receipt: file, json: options.json === true }, context);
  if (isComplete(erased)) return;
  throw new CliError(
    'Something is left. Run the same command again' +
      (redactor === undefined || redactor.result().failures.length === 0
        ? '.'
        : '; messages that Twilio could not redact stay until then, or until you leave out --redact-at-twilio.'),
  );
};

const erase = async (options: EraseOptions, context: CommandContext): Promise<void> => {
  const { output, signal } = context;
  const backend = await context.openBackend();
  const { target, erasing } = backend;
  if (erasing === undefined) throw new CliError(`Nothing can be deleted at ${target.name}.`);
  const matches = createNumberMatcher(options.number);
  const dependencies: EraseDependencies = { target, erasing: await erasing(), matches, output, signal };
  output.note(`Reading the whole table of ${target.name} …`);
  if (options.yes === true) {
    await eraseAll(backend, dependencies, options, context);
    return;
  }
  const found = await findNumber(dependencies);
  printFound(found, options.json === true, context);
  const count = totalOf(found.counts) + sum(found.queues.map(({ matched }) => matched));
  output.note(count === 0 ? 'Nothing has the number.' : 'Nothing was deleted: pass --yes to delete it.');
};

const help = (): string => `
Without --yes the command only counts. With --yes it deletes every item of the table that has the number in any
attribute: with or without + and channel, encoded, or inside JSON or base64. The whole message goes, with its statuses,
and everything about the same call or verification. Then it deletes the dead letters that have the number, and reads
everything again until nothing is left. Markers of signed texts stay: they have no number, and keep a replay from being
stored. docs/erase.md says what the command cannot reach, such as backups and logs.

The table is read three times: one read unit for each 4 KB. The number is not printed. The receipt, a file without the
number, says what was deleted; by default it is in .gateway/.

A production stage asks for its name; without a terminal it needs --confirm STAGE.

Exit status: 0 after counting, or if nothing is left; 1 if something is left.

Examples:
  $ ${cli} erase --number +15550100001
  $ ${cli} erase --number +15550100001 --yes
  $ ${cli} erase --number +15550100001 --stage prod --yes --confirm prod --redact-at-twilio --receipt request-17.json
`;

export const registerErase = (command: Command, context: CommandContext): void => {
  command
    .requiredOption('--number <number>', 'the phone number, with + and country code', numberArgument)
    .option('--yes', 'delete; without it the command only counts')
    .option('--confirm <stage>', 'the name of the production stage, for scripts')
    .option('--redact-at-twilio', 'first remove the text and media of the messages at Twilio')
    .option('--receipt <file>', 'where to write the receipt')
    .addOption(jsonOption())
    .addHelpText('after', help())
    .action((options: EraseOptions) => erase(options, context));
};
