import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { placeholderCredentials, type BasicAuthSecret } from '../../lambda/shared/credentials/basic-auth-secret';
import type { Stage } from '../stage/resolve-stage';
import { PlaceholderSecret } from './placeholder-secret';

export interface BasicAuthCredentialsProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
}

const credentialsField = 'credentials' satisfies keyof BasicAuthSecret;

/** The secret with the user names and passwords of Basic authentication. */
export class BasicAuthCredentials extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: BasicAuthCredentialsProps) {
    super(scope, id);
    this.secret = new PlaceholderSecret(this, 'Secret', {
      stage,
      encryptionKey,
      description: `User names and passwords of Basic authentication, stage ${stage.name}.`,
      placeholder: { fields: { [credentialsField]: placeholderCredentials }, generatedField: 'unused' },
    });
  }
}
