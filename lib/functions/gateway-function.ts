import type { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleHandler, functionCode, type BundledFiles, type FunctionName } from './function-bundle';
import { encryptDecryptActions } from '../constructs/key-policy';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface GatewayFunctionProps {
  readonly stage: Stage;
  /**
   * The stage's own key.
   * @default AWS's keys
   */
  readonly encryptionKey?: IKey | undefined;
  readonly functionName: FunctionName;
  readonly description: string;
  readonly timeout: Duration;
  /** Exactly the function's contract in `lambda/<function>/environment.ts`. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Whether the function sends to an encrypted queue.
   * @default false
   */
  readonly sends?: boolean;
  /**
   * Files beside the bundle.
   * @default none
   */
  readonly files?: BundledFiles;
}

/** CPU comes with memory: 512 MB is where a cold start stops being CPU-bound, and a duration of milliseconds costs the same. */
const memorySizeMb = 512;

/**
 * A function with its own role and log group. The role begins with nothing but its log and its traces: no managed policy, which
 * would let it create log groups and write to any. Whoever creates it adds its one job.
 */
export class GatewayFunction extends Construct {
  readonly function: Function;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
      retention: props.stage.logRetention,
      removalPolicy: keptInProduction(props.stage),
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `${props.functionName} function of stage ${props.stage.name}`,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        sid: 'WriteOwnLog',
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (props.encryptionKey !== undefined) {
      this.role.addToPolicy(
        new PolicyStatement({
          sid: 'UseStageKey',
          // DynamoDB makes its keys by itself, so reading them is enough to write an item; who sends to a queue may make one.
          // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
          actions: props.sends === true ? encryptDecryptActions : ['kms:Decrypt'],
          resources: [props.encryptionKey.keyArn],
        }),
      );
    }
    this.function = new Function(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: bundleHandler,
      code: functionCode(this, props.functionName, props.files),
      memorySize: memorySizeMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup,
      tracing: Tracing.ACTIVE,
    });
  }
}
