import type { LocalFunction } from '../functions/function-pool';
import { localArn } from '../server/aws-identity';
import type { Resolve } from '../template/intrinsics';
import { propertiesOf } from '../template/properties';
import { readResources, UnsupportedTemplateError, type Template } from '../template/template';

/** A function that an EventBridge rule invokes at a rate. */
export interface ScheduleDefinition {
  readonly ruleArn: string;
  readonly target: LocalFunction;
  readonly everyMs: number;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

export const readSchedules = (
  template: Template,
  resolve: Resolve,
  functions: readonly LocalFunction[],
): ScheduleDefinition[] =>
  readResources(template, 'AWS::Events::Rule', (logicalId, raw) => {
    const properties = propertiesOf(logicalId, resolve(raw));
    const expression = properties.optionalText('ScheduleExpression');
    const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression ?? '') ?? [];
    if (unit === undefined) {
      throw new UnsupportedTemplateError(`${logicalId}: the local gateway runs rules with a rate only.`);
    }
    const everyMs = Number(count) * (unitMs[unit] ?? 0);
    const isEnabled = (properties.optionalText('State') ?? 'ENABLED') === 'ENABLED';
    // The shape is CloudFormation's, which validated it at synth.
    const targets = (properties.value('Targets') ?? []) as readonly Readonly<Record<string, unknown>>[];
    properties.only('Description', 'Name', 'Tags');
    const ruleArn = localArn('events', `rule/${logicalId}`);
    return targets.flatMap((target) => {
      const found = functions.find(({ arn }) => arn === target['Arn']);
      if (found === undefined || Object.keys(target).some((key) => !['Arn', 'Id', 'RetryPolicy'].includes(key))) {
        throw new UnsupportedTemplateError(`${logicalId}: a target is not a function that gets the rule's own event.`);
      }
      return isEnabled ? [{ ruleArn, target: found, everyMs }] : [];
    });
  }).flat();
