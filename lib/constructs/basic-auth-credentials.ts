import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import {
  placeholderCredentials,
  type BasicAuthSecret,
} from '../../lambda/shared/credentials/basic-auth-secret';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface BasicAuthCredentialsProps {
  readonly stage: Stage;
  /** Undefined where the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
}

const credentialsKey = 'credentials' satisfies keyof BasicAuthSecret;

/**
 * The secret with the user names and passwords. It is created with a placeholder that ingress recognises and refuses; a later
 * deployment does not touch what an operator put there.
 */
export class BasicAuthCredentials extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: BasicAuthCredentialsProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      ...(encryptionKey && { encryptionKey }),
      description: `User names and passwords of Basic authentication, stage ${stage.name}.`,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ [credentialsKey]: placeholderCredentials }),
        // Something must be generated; it is never used.
        generateStringKey: 'unused',
        excludePunctuation: true,
      },
      removalPolicy: keptInProduction(stage),
    });
  }
}
