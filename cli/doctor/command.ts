import type { Command } from 'commander';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { configKeyOf, stageOptionOf } from '../target/target';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { checkBreaker } from './breaker-checks';
import { createCheckRunner, mergeResults, type DoctorResult } from './finding';
import { checkFallbackLane } from './fallback-checks';
import { checkGateway } from './gateway-checks';
import { checkStage } from './stage-checks';
import { checkTwilio } from './check-twilio';
import { cli } from '../terminal/program-name';

const report = ({ findings, skipped, facts = [] }: DoctorResult, { paint }: CommandContext): string => {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const unknown = [...new Set(skipped.flatMap(({ check, applies }) => (applies ? [check] : [])))];
  return [
    ...findings.flatMap(({ level, subject, text, next }) => [
      `${level === 'problem' ? paint.red('✗') : paint.yellow('!')} ${terminalText(subject)}: ${terminalText(text)}`,
      `    next: ${terminalText(next)}`,
    ]),
    ...facts.map(({ check, text }) => paint.dim(`· ${check}: ${terminalText(text)}`)),
    ...skipped.map(({ check, reason, applies }) =>
      paint.dim(`- ${applies ? 'not checked' : 'does not apply'}, ${check}: ${terminalText(reason)}`),
    ),
    summary(problems, unknown, paint),
  ].join('\n');
};

/** Names the checks that were not made: without them it is unknown whether the gateway and Twilio agree. */
const summary = (problems: number, unknown: readonly string[], paint: CommandContext['paint']): string => {
  const notChecked = unknown.length === 0 ? '' : ` Not checked: ${unknown.join(', ')}.`;
  if (problems > 0) return paint.red(`${problems} ${problems === 1 ? 'problem' : 'problems'}.${notChecked}`);
  return unknown.length === 0
    ? paint.green('No problem found.')
    : paint.yellow(`No problem found in what was checked.${notChecked}`);
};

const examples = `
Checks the gateway and Twilio, and changes nothing of yours. The gateway: do its URLs answer, can its secrets verify,
has its alarm topic a subscriber, is the dead-letter queue empty, do its functions have enough concurrency, what rate
does it take, is a production stack protected. Twilio: does everything in twilio.config.ts point to the gateway, with
overrides and fallback, do the usage triggers exist, does Twilio sign with the stored Auth Token, is the account
active. The circuit breaker, if the stage has one: can it act, has it failed, do its usage triggers exist. The
fallback lane, if the stage has one: does a signed request come out of it; with a lane in another region that takes up
to 90 seconds. Each finding (✗ problem, ! advice) has a next step; · is a measured value, - a check that was not made,
with the reason.

A check that was not made says nothing about its side: --json has "complete": false then, and "ok" only means that no
problem was found. A check that does not apply, such as alarms of the local gateway, is not counted.

Exit status: 0 if there is no problem, 1 if there is.

Examples:
  $ ${cli} doctor
  $ ${cli} doctor --stage prod
  $ ${cli} doctor --stage prod --json | jq '.findings[].check'
  $ ${cli} doctor --stage prod --json | jq --exit-status '.ok and .complete'
`;

export const registerDoctor = (command: Command, context: CommandContext): void => {
  command
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (options: { readonly json?: true }) => {
      const backend = await context.openBackend();
      const stageOption = stageOptionOf(backend.target);
      const runCheck = createCheckRunner(context.signal, backend.target);
      const result = mergeResults([
        await checkGateway(backend, context.post, stageOption, runCheck),
        await checkStage(backend, context.post, context.signal, runCheck),
        await runCheck('fallback-lane', () => checkFallbackLane(backend, context, stageOption)),
        await runCheck('breaker', () => checkBreaker(backend, context.twilio, stageOption)),
        await runCheck('twilio', () =>
          checkTwilio(backend, context.twilio, configKeyOf(backend.target), stageOption, runCheck, context.signal),
        ),
      ]);
      const ok = result.findings.every(({ level }) => level !== 'problem');
      const complete = result.skipped.every(({ applies }) => !applies);
      context.output.data(
        options.json === true
          ? jsonText({ target: backend.target.name, ok, complete, ...result })
          : report(result, context),
      );
      if (!ok) context.exitWithFailure();
    });
};
