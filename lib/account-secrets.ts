import { Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { previousTokenMs } from '../lambda/shared/secret-freshness';
import { placeholderAccountSid, type AccountSecret } from '../lambda/shared/account-secret';
import type { CredentialsEnvironment } from '../lambda/shared/credentials-environment';
import type { Stage } from './stage';

export interface AccountSecretsProps {
  readonly stage: Stage;
  /** Undefined where the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
}

const sidKey = 'accountSid' satisfies keyof AccountSecret;
const tokenKey = 'authToken' satisfies keyof AccountSecret;

/**
 * One secret per Twilio account, in the shape of AWS's managed external secret `TwilioAuthToken`. They are created with a placeholder
 * that ingress recognises and refuses; a later deployment does not touch what an operator put there.
 */
export class AccountSecrets extends Construct {
  readonly secrets: readonly Secret[];
  /** The secrets' ARNs, separated by commas. */
  readonly arns: string;
  /** What the secrets are encrypted with. Undefined: AWS's key. */
  readonly encryptionKey: IKey | undefined;
  /** What a function is told that verifies signatures. */
  readonly environment: CredentialsEnvironment;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: AccountSecretsProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    this.secrets = stage.accounts.map(
      (account) =>
        new Secret(this, account, {
          ...(encryptionKey && { encryptionKey }),
          description: `Account SID and Auth Token of the Twilio account "${account}", stage ${stage.name}.`,
          generateSecretString: {
            secretStringTemplate: JSON.stringify({ [sidKey]: placeholderAccountSid }),
            generateStringKey: tokenKey,
            excludePunctuation: true,
          },
          removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        }),
    );
    this.arns = Fn.join(
      ',',
      this.secrets.map((secret) => secret.secretArn),
    );
    this.environment = {
      ACCOUNT_SECRET_ARNS: this.arns,
      SECRET_TTL_SECONDS: seconds(Duration.minutes(5)),
      PREVIOUS_TOKEN_SECONDS: seconds(Duration.millis(previousTokenMs)),
      SECRET_MAX_STALE_SECONDS: seconds(Duration.days(1)),
    };
  }

  /** What its role is allowed for that. */
  readStatement(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ReadAccountSecrets',
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resources: this.secrets.map((secret) => secret.secretArn),
    });
  }
}

const seconds = (duration: Duration): string => String(duration.toSeconds());
