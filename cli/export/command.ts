import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { WebhookView } from '../clients/webhook-view';
import type { CommandContext } from '../context';
import {
  addEventFilters,
  addMessageFilters,
  filterOf,
  type EventFilterOptions,
  type MessageFilterOptions,
} from '../find/filter-options';
import { addPeriodOptions, periodOf, periodText, type PeriodOptions } from '../find/period';
import { createProgress } from '../find/progress';
import { accountsText, storedAccounts } from '../target/stored-accounts';
import { accountSidArgument } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { formatOf, formats, type FormatName, type RowFormat } from './rows';
import { fileSink, outputSink, type Sink } from './sinks';

interface ExportOptions extends PeriodOptions, MessageFilterOptions, EventFilterOptions {
  readonly account?: string;
  readonly format?: FormatName;
  readonly file?: string;
}

/** Rows are collected until they have this many characters, then written together. */
const chunkLength = 65_536;

/** @returns the number of rows */
const writeRows = async (
  webhooks: AsyncIterable<WebhookView>,
  { head, row }: RowFormat,
  sink: Sink,
  onRow: (rows: number, webhook: WebhookView) => void,
): Promise<number> => {
  let rows = 0;
  let text = head;
  for await (const webhook of webhooks) {
    text += row(webhook);
    rows += 1;
    if (text.length >= chunkLength) {
      await sink.write(text);
      text = '';
    }
    onRow(rows, webhook);
  }
  if (text !== '') await sink.write(text);
  return rows;
};

const rowsText = (rows: number): string => `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;

const exportRows = async (options: ExportOptions, context: CommandContext): Promise<void> => {
  const { output } = context;
  const period = periodOf(options, context);
  const backend = await context.openBackend();
  const accountSids = await storedAccounts(backend, options.account, context);
  const webhooks = (await backend.webhooks()).newest({ ...filterOf(options), ...period, accountSids });
  const file = options.file === undefined ? undefined : resolve(context.workingDirectory(), options.file);
  const sink = file === undefined ? outputSink(output) : await fileSink(file);
  let last = '';
  const noteProgress = createProgress((rows) => output.note(`${rowsText(rows)}, back to ${last} …`));
  try {
    const format = formats[options.format ?? formatOf(options.file)];
    const rows = await writeRows(webhooks, format, sink, (count, { receivedAt }) => {
      last = receivedAt ?? last;
      noteProgress(count);
    });
    await sink.end();
    output.note(
      `${rowsText(rows)}${file === undefined ? '' : ` in ${options.file ?? ''}`}. ${periodText(options)} at the ` +
        `webhooks of ${accountsText(accountSids)} (--account).`,
    );
  } catch (error) {
    await sink.discard();
    throw error;
  }
};

const exportHelp = `
Writes stored webhooks, newest first, one a row: comma-separated values for spreadsheets, or one JSON object a line. The
fields are those of \`tail --json\`. Rows of a stage are written as they are read, so memory does not grow with their
number. In CSV, a single quote is put in front of a cell that a spreadsheet would evaluate as a formula, and of a phone
number (+…), which stays text. A file is readable by you only, and gets its name when it is complete.

Exit status: 0 if everything was written, 1 if not.

Examples:
  $ ${cli} export --kind message --since 2026-11-01 --until 2026-12-01 --file november.csv
  $ ${cli} export --format ndjson --days 365 --stage prod > year.ndjson
  $ ${cli} export --with +15550100001 --file person.csv
`;

export const registerExport = (command: Command, context: CommandContext): void => {
  addEventFilters(addMessageFilters(addPeriodOptions(command, context)))
    .addOption(
      new Option('--format <format>', 'csv or ndjson (default: by the name of --file, else csv)').choices(
        Object.keys(formats),
      ),
    )
    .option('--file <path>', 'write to a new file instead of stdout')
    .option('--account <AccountSid>', 'only this account', accountSidArgument)
    .addHelpText('after', exportHelp)
    .action((options: ExportOptions) => exportRows(options, context));
};
