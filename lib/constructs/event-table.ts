import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accountDayIndex, tableKeys, ttlAttribute } from '../../lambda/shared/contract/table';
import { protectedInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface EventTableProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
}

/** The table of all items. `Table`, not `TableV2`, because cdk-nag's rules do not check the latter. */
export class EventTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: EventTableProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: tableKeys.partition, type: AttributeType.STRING },
      sortKey: { name: tableKeys.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(encryptionKey && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey }),
      timeToLiveAttribute: ttlAttribute,
      ...protectedInProduction(stage),
    });
    // Only one index: each costs a write unit per message, a fifth of the total cost of a message.
    this.table.addGlobalSecondaryIndex({
      indexName: accountDayIndex.name,
      partitionKey: { name: accountDayIndex.partition, type: AttributeType.STRING },
      sortKey: { name: accountDayIndex.sort, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
