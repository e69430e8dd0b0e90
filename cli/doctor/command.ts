import type { Command } from 'commander';
import { jsonOption } from '../terminal/options';
import type { CommandContext } from '../context';
import { jsonText, terminalText } from '../terminal/terminal-text';
import { checkBreaker } from './breaker-checks';
import { createCheckRunner, mergeResults, type DoctorResult } from './finding';
import { checkGateway } from './gateway-checks';
import { checkStage } from './stage-checks';
import { checkTwilio } from './check-twilio';
import { localStage } from '../twilio/config/config';

const report = ({ findings, skipped, facts = [] }: DoctorResult, { paint }: CommandContext): string => {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const summary =
    problems === 0
      ? paint.green('Both sides agree.')
      : paint.red(`${problems} ${problems === 1 ? 'problem' : 'problems'}.`);
  return [
    ...findings.flatMap(({ level, subject, text, next }) => [
      `${level === 'problem' ? paint.red('✗') : paint.yellow('!')} ${terminalText(subject)}: ${terminalText(text)}`,
      `    next: ${terminalText(next)}`,
    ]),
    ...facts.map(({ check, text }) => paint.dim(`· ${check}: ${terminalText(text)}`)),
    ...skipped.map(({ check, reason }) => paint.dim(`- not checked, ${check}: ${terminalText(reason)}`)),
    summary,
  ].join('\n');
};

const examples = `
Examines both sides. The gateway: do its URLs answer, can its secrets verify, does anybody hear its alarms, is the
dead-letter queue empty, does AWS give its functions enough concurrency, is a production stack protected. Twilio: does
everything of twilio.config.ts come here, with overrides and fallback, do the usage triggers exist, is the Auth Token the
one that signs, is the account sound. Where the stage has a circuit breaker: could it act, has it failed, do its usage
triggers exist. It changes nothing. Each finding (✗ a problem, ! advice) comes with the next step; · is what was
measured, and - what was not checked, with the reason.

Exit status: 0 if there is no problem, 1 if there is.

Examples:
  $ npx gateway doctor
  $ npx gateway doctor --stage prod
  $ npx gateway doctor --stage prod --json | jq '.findings[].check'
`;

export const registerDoctor = (program: Command, context: CommandContext): void => {
  program
    .command('doctor')
    .description('check that the gateway and Twilio agree, and say what to do where not')
    .addOption(jsonOption())
    .addHelpText('after', examples)
    .action(async (options: { readonly json?: true }) => {
      const backend = await context.openBackend();
      const { stage } = backend.target;
      const stageOption = stage === undefined ? '' : ` --stage ${stage}`;
      const runCheck = createCheckRunner(context.signal);
      const examination = mergeResults([
        await checkGateway(backend, context.post, stageOption, runCheck),
        await checkStage(backend, context.post, context.signal, runCheck),
        await runCheck('breaker', () => checkBreaker(backend, context.twilio, stageOption)),
        await runCheck('twilio', () =>
          checkTwilio(backend, context.twilio, stage ?? localStage, stageOption, runCheck),
        ),
      ]);
      const ok = examination.findings.every(({ level }) => level !== 'problem');
      context.output.data(
        options.json === true
          ? jsonText({ target: backend.target.name, ok, ...examination })
          : report(examination, context),
      );
      if (!ok) context.exitWithFailure();
    });
};
