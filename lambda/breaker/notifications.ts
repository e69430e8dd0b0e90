import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import type { Notice } from './ports';

export interface NoticeContext {
  readonly stageName: string;
  readonly targetSid: string;
  readonly trigger: BreakerTrigger;
}

const what = ({ targetSid, trigger }: NoticeContext): string =>
  `the Twilio subaccount "${trigger.target}" (its SID ends with ${targetSid.slice(-6)})`;

const why = ({ trigger }: NoticeContext): string =>
  `Its usage trigger fired: ${trigger.category}, ${trigger.recurring}, by ${trigger.by}; Twilio's usage records confirm it.`;

const look = ({ stageName }: NoticeContext): string => `  npx gateway breaker status --stage ${stageName}`;

export const tripNotice = (context: NoticeContext, callsEnded: number): Notice => ({
  subject: `Twilio breaker tripped: subaccount "${context.trigger.target}" suspended (${context.stageName})`,
  text: [
    `The circuit breaker of stage ${context.stageName} has suspended ${what(context)} and ended ${callsEnded} live calls.`,
    why(context),
    'The subaccount can neither call nor send until somebody re-activates it. Find the cause first, then:',
    look(context),
    `  npx gateway breaker rearm ${context.trigger.target} --stage ${context.stageName}`,
    'Runbook: docs/runbook.md#breaker-tripped',
  ].join('\n'),
});

export const dryRunNotice = (context: NoticeContext): Notice => ({
  subject: `Twilio breaker, dry run: subaccount "${context.trigger.target}" not suspended (${context.stageName})`,
  text: [
    `The circuit breaker of stage ${context.stageName} would have suspended ${what(context)} and ended its live calls. It did nothing: it is in dry run.`,
    why(context),
    look(context),
    'Runbook: docs/runbook.md#breaker-would-have-tripped',
  ].join('\n'),
});
