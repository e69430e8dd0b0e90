import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule as RuleSchedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface ScheduleProps {
  readonly function: Function;
  readonly everyMinutes: number;
  readonly description: string;
}

/** Invokes a function again and again: an EventBridge rule, and the permission that lets it. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    new Rule(this, 'Rule', {
      description: props.description,
      schedule: RuleSchedule.rate(Duration.minutes(props.everyMinutes)),
      targets: [new LambdaFunction(props.function)],
    });
  }
}
