import { Aws, Duration, Stack, Stage as AppStage, Tags, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DrainEnvironment } from '../../../lambda/drain/environment';
import { apiIdPlaceholder, fallbackRoute } from '../../../lambda/shared/contract/fallback-lane';
import { GatewayFunction } from '../../functions/gateway-function';
import { acknowledgeFindings } from '../../gateway/acknowledge';
import { fallbackStackName } from '../../gateway/gateways';
import type { RuleAcknowledgement } from '../../nag-suppressions';
import type { FallbackLaneSettings } from '../../stage/lane/fallback-options';
import type { Stage } from '../../stage/resolve-stage';
import { Schedule } from '../scheduled/schedule';
import { RegionLane } from './region-lane';

export interface FallbackRegionProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly region: string;
  readonly fallbackLane: FallbackLaneSettings;
  /** The queue of the lane in the home region. */
  readonly laneQueue: Queue;
  /** The findings of cdk-nag that are accepted. */
  readonly acknowledgements: readonly RuleAcknowledgement[];
}

/** Less than the period of the schedule, so that one run takes messages at a time. */
const timeout = Duration.seconds(50);

/**
 * A second fallback lane in another region, in a stack of its own, and the function that takes its messages to the lane
 * of the home region.
 */
export class FallbackRegion extends Construct {
  readonly function: Function;
  readonly region: string;
  /** In a stack of its own. */
  readonly lane: RegionLane;
  readonly queueUrl: string;
  /** The URL that Twilio signed, with a placeholder for the id of the API, which only the other region knows. */
  readonly signedUrl: string;

  constructor(scope: Construct, id: string, props: FallbackRegionProps) {
    super(scope, id);
    const { stage, encryptionKey, region, fallbackLane, laneQueue } = props;
    const regionStack = this.createStack(props);
    const lane = new RegionLane(regionStack, 'Lane', { stage, fallbackLane });
    // That stack is deployed first: the function would not find its queue.
    this.node.addDependency(lane);
    acknowledgeFindings(regionStack, props.acknowledgements);
    this.region = region;
    this.lane = lane;
    this.queueUrl = `https://sqs.${region}.${Aws.URL_SUFFIX}/${Aws.ACCOUNT_ID}/${lane.queueName}`;
    this.signedUrl = `https://${apiIdPlaceholder}.execute-api.${region}.${Aws.URL_SUFFIX}/${stage.name}/${fallbackRoute}`;

    const environment: DrainEnvironment = {
      STAGE_NAME: stage.name,
      FALLBACK_REGION: region,
      REGION_QUEUE_URL: this.queueUrl,
      LANE_QUEUE_URL: laneQueue.queueUrl,
    };
    this.function = new GatewayFunction(this, 'Drain', {
      stage,
      encryptionKey,
      sendsToQueue: true,
      functionName: 'drain',
      description: 'Takes the messages of the fallback lane in another region home.',
      timeout,
      environment: { ...environment },
    }).function;
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'TakeFromRegion',
        actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage'],
        resources: [Stack.of(this).formatArn({ service: 'sqs', region, resource: lane.queueName })],
      }),
    );
    this.function.addToRolePolicy(
      new PolicyStatement({
        sid: 'SendToFallbackQueue',
        actions: ['sqs:SendMessage'],
        resources: [laneQueue.queueArn],
      }),
    );
    new Schedule(this, 'Schedule', {
      function: this.function,
      everyMinutes: 1,
      description: `Takes messages home from the fallback region of stage ${stage.name}`,
    });
  }

  private createStack({ stage, region }: FallbackRegionProps): Stack {
    const home = Stack.of(this);
    const name = fallbackStackName(this);
    const app = AppStage.of(this);
    if (app === undefined) throw new Error(`${this.node.path} is not in an app: create the stack inside an App.`);
    const stack = new Stack(app, name, {
      stackName: name,
      env: { region, ...(Token.isUnresolved(home.account) ? {} : { account: home.account }) },
      description: `Twilio webhook gateway, fallback lane of stage ${stage.name}`,
      terminationProtection: stage.terminationProtection,
      analyticsReporting: false,
    });
    Tags.of(stack).add('Application', 'TwilioWebhookGateway');
    Tags.of(stack).add('Stage', stage.name);
    return stack;
  }
}
