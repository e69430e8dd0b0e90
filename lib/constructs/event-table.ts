import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  type CfnTable,
  type ITable,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { accountDayIndex, conversationIndex, tableKeys, ttlAttribute } from '../../lambda/shared/contract/table';
import { claim } from '../existing/claims';
import { gatewayOf } from '../gateway/gateways';
import { protectedInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';
import { existingTableProblems } from '../existing/table-problems';

export interface EventTableProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  /** A table of yours, which is used instead of a new one. */
  readonly existing: ITable | undefined;
}

const indexesOf = ({ conversationIndex: isOn }: Stage) => [accountDayIndex, ...(isOn ? [conversationIndex] : [])];

/** The table of all items. `Table`, not `TableV2`, because cdk-nag's rules do not check the latter. */
export class EventTable extends Construct {
  readonly table: ITable;
  private readonly created: Table | undefined;

  constructor(scope: Construct, id: string, props: EventTableProps) {
    super(scope, id);
    const { stage, existing } = props;
    if (existing === undefined) {
      this.created = this.create(props);
      this.table = this.created as ITable; // The CDK is not compiled with exact optional properties.
      return;
    }
    this.created = undefined;
    this.table = existing;
    // At synthesis, because an index may be added later.
    this.node.addValidation({ validate: () => [...existingTableProblems(existing, stage)] });
  }

  /**
   * The ARN of the stream of new and old images. The gateway's own table gets a stream by the first call.
   * @throws Error if a table of yours has no stream, or another gateway publishes its events
   */
  get streamArn(): string {
    if (this.created !== undefined) {
      const resource = this.created.node.defaultChild as CfnTable; // The CDK documents this type.
      resource.streamSpecification = { streamViewType: StreamViewType.NEW_AND_OLD_IMAGES };
      return resource.attrStreamArn;
    }
    if (this.table.tableStreamArn !== undefined) {
      const why = 'this table as well, and both would publish the events of both: every message would be handled twice';
      claim(this, this.table, this.table.tableStreamArn, why);
      return this.table.tableStreamArn;
    }
    throw new Error(
      `${gatewayOf(this).node.path}: events and handlers need a stream of the table. ` +
        'Create it with stream: StreamViewType.NEW_AND_OLD_IMAGES, or import it with tableStreamArn.',
    );
  }

  /** Lets a function use the key of a table of yours. Every function of the gateway may use the stage's key. */
  allowKeyUse(user: Function): void {
    const key = this.created === undefined ? this.table.encryptionKey : undefined;
    if (key === undefined) return;
    user.addToRolePolicy(
      new PolicyStatement({ sid: 'UseTableKey', actions: ['kms:Decrypt'], resources: [key.keyArn] }),
    );
  }

  private create({ stage, encryptionKey }: EventTableProps): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: tableKeys.partition, type: AttributeType.STRING },
      sortKey: { name: tableKeys.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
      timeToLiveAttribute: ttlAttribute,
      ...protectedInProduction(stage),
    });
    // Each index costs a write unit for a message. CloudFormation adds one in an update at most.
    for (const { name, partition, sort } of indexesOf(stage)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }
}
