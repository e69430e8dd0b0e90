import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { placeholderAccountSid, type AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

/** The content of a secret until an operator sets it. */
export interface Placeholder {
  /** Fields that the functions recognize as not set yet. */
  readonly fields: Readonly<Record<string, string>>;
  /** The field that gets a random value, which CloudFormation demands. */
  readonly generatedField: string;
}

/** The placeholder of a secret with the account SID and Auth Token of a Twilio account. */
export const accountPlaceholder = {
  fields: { accountSid: placeholderAccountSid } satisfies Partial<AccountSecret>,
  generatedField: 'authToken' satisfies keyof AccountSecret,
};

export interface PlaceholderSecretProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
  readonly description: string;
  readonly placeholder: Placeholder;
}

/**
 * A secret that an operator sets after the deployment. The functions reject its placeholder, and later deployments do
 * not change what the operator stored.
 */
export class PlaceholderSecret extends Secret {
  constructor(scope: Construct, id: string, props: PlaceholderSecretProps) {
    const { fields, generatedField } = props.placeholder;
    super(scope, id, {
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey }),
      description: props.description,
      generateSecretString: {
        secretStringTemplate: JSON.stringify(fields),
        generateStringKey: generatedField,
        excludePunctuation: true,
      },
      removalPolicy: keptInProduction(props.stage),
    });
  }
}
