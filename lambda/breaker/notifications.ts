import type { BreakerTrigger } from '../shared/breaker/breaker-trigger';
import type { Notice } from './ports';

export interface NoticeContext {
  readonly stageName: string;
  readonly targetSid: string;
  readonly trigger: BreakerTrigger;
}

const subaccountText = ({ targetSid, trigger }: NoticeContext): string =>
  `the Twilio subaccount "${trigger.target}" (its SID ends with ${targetSid.slice(-6)})`;

const reasonText = ({ trigger }: NoticeContext): string =>
  `Its usage trigger fired: ${trigger.category}, ${trigger.recurring}, by ${trigger.by}; Twilio's usage ` +
  'records confirm it.';

const statusCommand = ({ stageName }: NoticeContext): string =>
  `  npx twilio-webhook-gateway breaker status --stage ${stageName}`;

/** The function does not know its stack. */
const otherStack = 'For a gateway in a stack of your own, give --stack with its name instead of --stage.';

export const tripNotice = (context: NoticeContext, callsEnded: number): Notice => ({
  subject: `Twilio breaker tripped: subaccount "${context.trigger.target}" suspended (${context.stageName})`,
  text: [
    `The circuit breaker of stage ${context.stageName} has suspended ${subaccountText(context)} and ended ` +
      `${callsEnded} live calls.`,
    reasonText(context),
    'The subaccount can neither call nor send until somebody re-activates it. Find the cause first, then:',
    statusCommand(context),
    `  npx twilio-webhook-gateway breaker rearm ${context.trigger.target} --stage ${context.stageName}`,
    otherStack,
    'Runbook: docs/runbook.md#breaker-tripped',
  ].join('\n'),
});

export const dryRunNotice = (context: NoticeContext): Notice => ({
  subject: `Twilio breaker, dry run: subaccount "${context.trigger.target}" not suspended (${context.stageName})`,
  text: [
    `The circuit breaker of stage ${context.stageName} would have suspended ` +
      `${subaccountText(context)} and ended its live ` +
      'calls. It did nothing: it is in dry run.',
    reasonText(context),
    statusCommand(context),
    otherStack,
    'Runbook: docs/runbook.md#breaker-would-have-tripped',
  ].join('\n'),
});
