import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ReplyFunctionEnvironment } from '../../lambda/ingress/environment';
import type { ReplyWithEnvironment } from '../../lambda/handlers/reply-with';
import { GatewayFunction } from '../functions/gateway-function';
import { Alarms } from '../monitoring/alarms';
import { functionFindings } from '../nag-suppressions';
import type { Stage } from '../stage/resolve-stage';
import { replyFunctionAlarms, replyFunctionWidgets } from './reply-function-alarms';
import { checkReplyWith, type ReplySource, type ReplyWithOptions } from './reply-function-options';

export interface ReplyFunctionProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  /** The ingress function, which invokes the reply function. */
  readonly ingress: Function;
  /** Receives the alarm. */
  readonly alarmTopic: ITopic;
  readonly dashboard: Dashboard;
  readonly source: ReplySource;
  readonly options: ReplyWithOptions;
}

/** Your function that answers messages in the webhook response, and ingress's permission to invoke it. */
export class ReplyFunction extends Construct {
  readonly function: Function;

  /** @throws Error that names every bad option */
  constructor(scope: Construct, id: string, props: ReplyFunctionProps) {
    super(scope, id);
    const { stage, ingress, source, options, dashboard } = props;
    const timeoutMs = checkReplyWith(source, options);
    this.function = source.handler ?? this.createFunction(props, timeoutMs);
    const environment: ReplyFunctionEnvironment = {
      REPLY_FUNCTION_NAME: this.function.functionName,
      REPLY_TIMEOUT_MS: String(timeoutMs),
    };
    for (const [name, value] of Object.entries(environment)) ingress.addEnvironment(name, String(value));
    ingress.addToRolePolicy(
      new PolicyStatement({
        sid: 'AskForReplies',
        actions: ['lambda:InvokeFunction'],
        resources: [this.function.functionArn],
      }),
    );
    const { alarms } = new Alarms(this, 'Alarms', {
      stage,
      specs: replyFunctionAlarms(stage),
      topic: props.alarmTopic,
    });
    dashboard.addWidgets(...replyFunctionWidgets(stage, this.function, alarms));
  }

  private createFunction(
    { stage, encryptionKey, source: { entry = '', memorySizeMb, environment } }: ReplyFunctionProps,
    timeoutMs: number,
  ): Function {
    const ownEnvironment: ReplyWithEnvironment = {
      STAGE_NAME: stage.name,
      HANDLER_NAME: 'ReplyWith',
      REPLY_TIMEOUT_MS: String(timeoutMs),
    };
    const created = new GatewayFunction(this, 'Handler', {
      stage,
      encryptionKey,
      functionName: 'handler-ReplyWith',
      entry,
      description: 'Answers messages at once.',
      // Lambda's timeout is in whole seconds. Ingress does not wait for a later answer.
      timeout: Duration.seconds(Math.ceil(timeoutMs / 1000)),
      ...(memorySizeMb !== undefined && { memorySizeMb }),
      environment: { ...environment, ...ownEnvironment },
    });
    for (const { id, child, reason } of functionFindings) {
      Validations.of(created.node.findChild(child)).acknowledge({ id, reason });
    }
    return created.function;
  }
}
