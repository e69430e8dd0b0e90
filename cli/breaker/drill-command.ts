import { randomBytes, randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import {
  drillParameter,
  drillPassed,
  drillSortKey,
  type BreakerPlace,
} from '../../lambda/shared/breaker/breaker-record';
import { chooseAccount, readAccountSecrets } from '../target/account-secrets';
import { jsonOption, wholeNumber } from '../terminal/options';
import type { CommandContext } from '../context';
import { signWebhook } from '../send/signed-webhook';
import { isAccepted } from '../clients/post';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { readBasicCredential } from '../twilio/basic-credential';
import type { Payload } from '../send/twilio-payloads';
import type { DecisionStore, DecisionView } from './decisions';
import { breakerSecretId } from './breaker-secret';
import { cli } from '../terminal/program-name';

interface DrillOptions {
  readonly account?: string;
  readonly wait: number;
  readonly json?: true;
}

const help = `
Sends a usage trigger, signed with the account's Auth Token and marked as a drill, through HTTP API, ingress, queue,
breaker and table. The breaker suspends nothing. It reads from Twilio what it would read for a real firing, with the
parent account's credentials, so the drill also tests those. It raises the alarm BreakerDrill.

Exit status: 0 if the drill arrived and the credentials can read every target, 1 if not.

Examples:
  $ ${cli} breaker drill
  $ ${cli} breaker drill --stage prod --wait 60
`;

const pollMs = 500;

/**
 * The SID is random, so that each drill has its own row. `CurrentValue` is below `TriggerValue`, because a captured
 * drill could be replayed without its mark (the signature does not cover where a parameter's name ends), and must not
 * be acted on then.
 */
const drillPayload = (accountSid: string, triggerSid: string, now: Date): Payload => ({
  route: 'usage',
  kind: 'usage',
  sid: triggerSid,
  content: {
    type: 'form',
    params: {
      AccountSid: accountSid,
      CurrentValue: '0.000000',
      DateFired: now.toUTCString().replace('GMT', '+0000'),
      [drillParameter]: '1',
      IdempotencyToken: `${accountSid}-FIRES-${triggerSid}-drill`,
      Recurring: 'daily',
      TriggerBy: 'price',
      TriggerValue: '1.000000',
      UsageCategory: 'totalprice',
      UsageTriggerSid: triggerSid,
    },
  },
});

const arrival = async (
  decisions: DecisionStore,
  place: BreakerPlace,
  { sleep }: CommandContext,
  waitSeconds: number,
): Promise<DecisionView | undefined> => {
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    const found = await decisions.find(place);
    if (found?.decision === 'drill' || waitedMs >= waitSeconds * 1000) return found;
    await sleep(pollMs);
  }
};

const runDrill = async (options: DrillOptions, context: CommandContext): Promise<void> => {
  const { output, paint } = context;
  const backend = await context.openBackend();
  breakerSecretId(backend);
  const store = await backend.secrets();
  const secrets = await readAccountSecrets(store, backend.target.secretIds);
  const { accountSid, authToken } = chooseAccount(secrets, options.account);
  const decisions = await backend.decisions();
  const triggerSid = `UT${randomBytes(16).toString('hex')}`;
  const now = context.now();
  const webhook = signWebhook(drillPayload(accountSid, triggerSid, now), backend.target.webhooks.usage, {
    authToken,
    query: '',
    tamper: false,
    idempotencyToken: randomUUID(),
    basic: await readBasicCredential(backend.target, store),
  });
  const answer = await context.post(webhook);
  const isIn = isAccepted(answer);
  const answered = answer.kind === 'answer' ? String(answer.status) : `no answer (${answer.code})`;
  const sortKey = drillSortKey(now.toISOString().slice(0, 'YYYY-MM-DD'.length), triggerSid);
  const row = isIn ? await arrival(decisions, { accountSid, sortKey }, context, options.wait) : undefined;
  const hasArrived = row?.decision === 'drill';
  const isPassed = hasArrived && row.detail === drillPassed;
  if (!isPassed) context.exitWithFailure();
  if (options.json === true) {
    output.data(jsonText({ ok: isPassed, answered, arrived: hasArrived, triggerSid, detail: row?.detail ?? null }));
    return;
  }
  if (!isIn) {
    output.data(paint.red(`The gateway answered ${answered}: the drill did not get in.`));
    output.note(`Find out why with \`${cli} send usage\` and the log of ingress.`);
  } else if (!hasArrived) {
    output.data(paint.red(`Accepted, but the breaker has not recorded it within ${options.wait} s.`));
    output.note(
      row?.lastFault === undefined || row.lastFault === null
        ? "Look at the breaker's queue, its dead letters and its log (docs/runbook.md#breaker-dead-letters)."
        : `The last attempt: ${terminalText(row.lastFault)}`,
    );
  } else if (!isPassed) {
    output.data(paint.red('The drill arrived, but the breaker could not have acted.'));
    output.note(terminalText(row.detail ?? ''));
  } else output.data(paint.green('The drill arrived; the credentials read every target. Nothing was suspended.'));
};

export const registerBreakerDrill = (breaker: Command, context: CommandContext): void => {
  breaker
    .command('drill')
    .description('send a marked usage trigger through the gateway and wait for it to arrive')
    .option('--account <account>', 'AccountSid, or number (from 0) of the configured account to send as')
    .option('--wait <seconds>', 'how long to wait for it to arrive', wholeNumber(1, 600), 30)
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((options: DrillOptions) => runDrill(options, context));
};
