import type { Command } from 'commander';
import type { CommandContext } from '../context';
import { jsonOption, timeArgument } from '../terminal/options';
import { cli } from '../terminal/program-name';
import { checkBackup } from './check';
import { createBackup, type CreateOptions } from './create';
import { restoreBackup, type RestoreOptions } from './restore';

const createHelp = `
Writes every item of the table, as DynamoDB has it: a header, one JSON object a line, and a footer with the number of
items and a SHA-256. The gateway goes on meanwhile: an item that is written during the backup may be in it or not. For
an exact instant, restore the table to that instant with point-in-time recovery, and name the new table with --table.

The file has the texts and numbers of people: only you can read it, and it gets its name when it is complete. The whole
table is read once: one read unit for each 4 KB.

Examples:
  $ ${cli} backup create --file november.ndjson --stage prod
  $ ${cli} backup create --file - --stage prod | gzip > november.ndjson.gz
`;

const checkHelp = `
Exit status: 0 if the file is complete and unchanged, 1 if not.

Examples:
  $ ${cli} backup check november.ndjson
  $ gunzip --keep november.ndjson.gz && ${cli} backup check november.ndjson
`;

const restoreHelp = `
Checks the whole file first. An item that the gateway has already is kept, except that a message gets its further
status, and an opt-out its last change, from the file (merged). Items whose retention is over, and messages that were
erased here, are left out. Items keep their ids and times. No event is published, so no handler runs. Run the same
command again after an interruption: it continues.

--json prints { "items", "restored", "merged", "existing", "expired", "erased" }. Exit status: 0 if every item
was handled, 1 if not, 2 for a wrong command line.

Examples:
  $ ${cli} backup restore november.ndjson --stage new --dry-run
  $ ${cli} backup restore november.ndjson --stage new --yes
`;

export const registerBackup = (command: Command, context: CommandContext): void => {
  command
    .command('create')
    .description('write everything that the gateway has stored to a file')
    .option('--file <path>', 'a new file; - is stdout', 'backup.ndjson')
    .option('--since <time>', 'only what was written at this time or later: 2026-11-26, 2h', timeArgument(context.now))
    .option('--table <name>', "another table with the gateway's items, such as one that AWS has restored")
    .addHelpText('after', createHelp)
    .action((options: CreateOptions) => createBackup(options, context));
  command
    .command('check')
    .argument('<file>', 'a backup')
    .description('check that a backup is complete and unchanged, and count what is in it')
    .addOption(jsonOption())
    .addHelpText('after', checkHelp)
    .action((file: string, options: { readonly json?: true }) => checkBackup(file, options, context));
  command
    .command('restore')
    .argument('<file>', 'a backup')
    .description('put the items of a backup into the table of the gateway')
    .option('--dry-run', 'only count what would be restored')
    .option('--yes', 'restore without a question')
    .addOption(jsonOption())
    .addHelpText('after', restoreHelp)
    .action((file: string, options: RestoreOptions) => restoreBackup(file, options, context));
};
