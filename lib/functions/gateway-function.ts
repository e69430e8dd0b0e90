import type { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  Function,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName, HandlerServiceName } from '../../lambda/shared/contract/function-names';
import { bundleHandler, functionCode, handlerCode, type BundledFiles } from './function-code';
import { networkInterfaceUse } from './function-network';
import { encryptDecryptActions, stageKeyUse } from '../constructs/key-policy';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

/** A function of the gateway, or a handler of yours. */
type FunctionSource =
  | {
      readonly functionName: FunctionName;
      /**
       * Files in the bundle's directory.
       * @default none
       */
      readonly files?: BundledFiles;
    }
  | {
      readonly functionName: HandlerServiceName;
      /** A path in the project. The file exports `handler`. */
      readonly entry: string;
    };

export type GatewayFunctionProps = FunctionSource & {
  readonly stage: Stage;
  /**
   * The KMS key of the stage.
   * @default AWS's keys
   */
  readonly encryptionKey?: IKey | undefined;
  readonly description: string;
  readonly timeout: Duration;
  /** The variables that `lambda/<function>/environment.ts` reads. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Whether the function sends messages, which needs more permissions on the stage's key.
   * @default false
   */
  readonly sendsToQueue?: boolean;
  /** @default 512 */
  readonly memorySizeMb?: number;
};

/**
 * CPU grows with memory: from 512 MB on, a cold start is not CPU-bound, and an invocation of milliseconds costs the
 * same.
 */
const defaultMemorySizeMb = 512;

/**
 * A function with its own role and log group. The role only allows it to write its log and its traces; the construct
 * that extends or creates it adds the rest. AWS's managed policy would allow it to create log groups and write to any.
 */
export class GatewayFunction extends Construct {
  /** The function itself. */
  readonly function: Function;
  /** The role with the permissions of the function. */
  readonly role: Role;

  /** @internal */
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
        // DynamoDB generates its data keys itself, so `Decrypt` is enough to write an item. Sending to a queue may need
        // a new data key.
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
        stageKeyUse(props.encryptionKey, props.sendsToQueue === true ? encryptDecryptActions : ['kms:Decrypt']),
      );
    }
    const { network } = props.stage;
    if (network !== undefined) this.role.addToPolicy(networkInterfaceUse());
    this.function = new Function(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: bundleHandler,
      code:
        'entry' in props
          ? handlerCode(this, props.functionName, props.entry)
          : functionCode(this, props.functionName, props.files),
      memorySize: props.memorySizeMb ?? defaultMemorySizeMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      role: this.role,
      logGroup,
      // Without Lambda's own lines about each invocation, which would cost as much as the function's. Timeouts and
      // crashes are lines at WARN and ERROR. The level must let INFO through: a line may be without a level, and then
      // Lambda takes it for INFO. Without the line, its metrics would be lost.
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      tracing: props.stage.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      ...network,
    });
  }
}
