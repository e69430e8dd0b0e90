import type { Command } from 'commander';
import { CliError } from '../terminal/cli-error';
import { accountSuffix } from '../target/account-secrets';
import { shortTime, tableText } from '../terminal/table';
import { jsonOption, wholeNumber, wideOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText, terminalText } from '../terminal/terminal-text';
import type { DecisionView } from './decisions';
import { accountsOfRows, breakerSecretId, readBreakerSecret } from './breaker-secret';
import type { OpenSubaccounts, Subaccounts } from './subaccounts';
import { stageOptionOf } from '../target/target';
import { cli } from '../terminal/program-name';

interface StatusOptions {
  readonly limit: number;
  readonly wide?: true;
  readonly json?: true;
}

interface Recent {
  readonly decisions: readonly DecisionView[];
  readonly drills: readonly DecisionView[];
}

interface SubaccountStatus {
  readonly name: string;
  readonly accountSid: string;
  /** From Twilio; null if it could not be read. */
  readonly status: string | null;
  readonly detail: string | null;
}

/** Few, because the command is mainly for decisions. */
const maxDrills = 5;

const help = `
Shows every subaccount of the breaker's secret with its status at Twilio, the breaker's recent decisions, and the
latest drills. "deciding", "suspending" and "suspended" are not finished: the message will be delivered again, or is
a dead letter.

Exit status: 0 if all subaccounts are active and nothing is unfinished, 1 if not.

Examples:
  $ ${cli} breaker status
  $ ${cli} breaker status --stage prod --limit 50 --json
`;

const statusOf = async (
  subaccounts: Subaccounts,
  [name, accountSid]: readonly [string, string],
): Promise<SubaccountStatus> => {
  try {
    return { name, accountSid, status: await subaccounts.status(accountSid), detail: null };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { name, accountSid, status: null, detail: error.message };
  }
};

const isUnfinished = ({ decision }: DecisionView): boolean =>
  ['deciding', 'suspending', 'suspended', 'unknown'].includes(decision);

const report = (
  accounts: readonly SubaccountStatus[],
  { decisions, drills }: Recent,
  context: CommandContext,
  wide?: true,
): string => {
  const names = new Map(accounts.map(({ name, accountSid }) => [accountSid, name]));
  const nameOf = (sid: string | null) => (sid === null ? null : (names.get(sid) ?? accountSuffix(sid)));
  const subaccountTable = tableText(
    ['Subaccount', 'Account', 'Status', 'Detail'].map((head) => ({ head })),
    accounts.map(({ name, accountSid, status, detail }) => [name, accountSuffix(accountSid), status, detail]),
    context,
    { wide },
  );
  const decisionTable =
    decisions.length === 0
      ? 'The breaker has decided nothing yet.'
      : tableText(
          [
            { head: 'When', keepWhole: true, short: shortTime },
            { head: 'Decision', keepWhole: true },
            { head: 'Trigger of', priority: 3 },
            { head: 'Subaccount' },
            { head: 'Used', keepWhole: true, priority: 2 },
            { head: 'Limit', keepWhole: true, priority: 2 },
            { head: 'Calls ended', priority: 4 },
            { head: 'Detail', maxCharacters: 80, minCharacters: 30, priority: 1 },
          ],
          decisions.map((decision) => [
            decision.at,
            decision.decision,
            nameOf(decision.accountSid),
            nameOf(decision.targetSid),
            decision.usage,
            decision.triggerValue,
            decision.callsEnded,
            decision.lastFault ?? decision.detail,
          ]),
          context,
          { wide },
        );
  const drillTable = tableText(
    [
      { head: 'Drill', keepWhole: true, short: shortTime },
      { head: 'Account', priority: 3 },
      { head: 'Trigger', keepWhole: true, priority: 2 },
      { head: 'Decision', keepWhole: true },
      { head: 'Detail', minCharacters: 40, priority: 1 },
    ],
    drills.map((drill) => [
      drill.at,
      nameOf(drill.accountSid),
      drill.triggerSid,
      drill.decision,
      drill.lastFault ?? drill.detail,
    ]),
    context,
    { wide },
  );
  return [
    ...(accounts.length === 0 ? [] : [subaccountTable, '']),
    decisionTable,
    ...(drills.length === 0 ? [] : ['', drillTable]),
  ].join('\n');
};

export const registerBreakerStatus = (breaker: Command, context: CommandContext, open: OpenSubaccounts): void => {
  breaker
    .command('status')
    .description("the subaccounts' status at Twilio, and recent decisions")
    .option('--limit <n>', 'number of decisions', wholeNumber(1, 200), 20)
    .addOption(wideOption())
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action(async (options: StatusOptions) => {
      const { output } = context;
      const backend = await context.openBackend();
      const secretId = breakerSecretId(backend);
      const store = await backend.secrets();
      const stored = await readBreakerSecret(store, secretId);
      const secret = stored.kind === 'ok' ? stored.secret : undefined;
      const decisionStore = await backend.decisions();
      const [accounts, recent] = await Promise.all([
        secret === undefined
          ? []
          : open(secret, context.twilio.variable('TWILIO_API_BASE_URL')).then((subaccounts) =>
              Promise.all([...secret.subaccounts].map((named) => statusOf(subaccounts, named))),
            ),
        accountsOfRows(store, backend.target.secretIds, secret).then(async (sids): Promise<Recent> => {
          const [decisions, drills] = await Promise.all([
            decisionStore.recent(sids, options.limit),
            decisionStore.recentDrills(sids, Math.min(options.limit, maxDrills)),
          ]);
          return { decisions, drills };
        }),
      ]);
      const isOk =
        secret !== undefined &&
        accounts.every(({ status }) => status === 'active') &&
        ![...recent.decisions, ...recent.drills].some(isUnfinished);
      if (!isOk) context.exitWithFailure();
      if (options.json === true) {
        const secretFault = stored.kind === 'ok' ? null : stored.problem;
        output.data(jsonText({ ok: isOk, secretFault, subaccounts: accounts, ...recent }));
        return;
      }
      output.data(report(accounts, recent, context, options.wide));
      if (stored.kind === 'unusable')
        output.note(`The breaker's secret cannot be used: ${terminalText(stored.problem)}.`);
      for (const { name, status } of accounts) {
        if (status === 'suspended') {
          const rearm = `${cli} breaker rearm ${name}${stageOptionOf(backend.target)}`;
          output.note(`${name} is suspended. When the cause is found: ${rearm}.`);
        }
      }
    });
};
