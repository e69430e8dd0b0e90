import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { keptInProduction } from '../../stage/removal-policy';
import type { Stage } from '../../stage/resolve-stage';

export interface MediaBucketProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: S3's key is used. */
  readonly encryptionKey: IKey | undefined;
}

/** The bucket that `gateway media fetch` copies media into. No function of the gateway may use it. */
export class MediaBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: MediaBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      // With a bucket key, S3 does not call KMS for each file.
      ...(encryptionKey
        ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // A version would keep a deleted file, and the data of a person must be erasable.
      versioned: false,
      lifecycleRules: [
        {
          id: 'Expiry',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          ...(stage.retentionDays === undefined ? {} : { expiration: Duration.days(stage.retentionDays) }),
        },
      ],
      removalPolicy: keptInProduction(stage),
    });
  }
}
