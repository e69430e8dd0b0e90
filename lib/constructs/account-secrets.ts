import { Duration, Fn } from 'aws-cdk-lib';
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { previousTokenMs } from '../../lambda/shared/credentials/secret-timing';
import { placeholderAccountSid, type AccountSecret } from '../../lambda/shared/credentials/account-secret';
import { sharedBeginning } from '../../lambda/shared/credentials/secret-arns';
import type { CredentialsEnvironment } from '../../lambda/shared/credentials/credentials-environment';
import { maxFullArns } from '../stage/accounts';
import { keptInProduction } from '../stage/removal-policy';
import type { Stage } from '../stage/resolve-stage';

export interface AccountSecretsProps {
  readonly stage: Stage;
  /** Undefined where the stage has no key of its own: AWS's key is used. */
  readonly encryptionKey: IKey | undefined;
}

/** The id that a stack gives to `AccountSecrets`: every secret's generated name begins with it. */
export const accountSecretsId = 'AccountSecrets';

const sidKey = 'accountSid' satisfies keyof AccountSecret;
const tokenKey = 'authToken' satisfies keyof AccountSecret;

/**
 * One secret per Twilio account, in the shape of AWS's managed external secret `TwilioAuthToken`. They are created with a placeholder
 * that ingress recognises and refuses; a later deployment does not touch what an operator put there.
 */
export class AccountSecrets extends Construct {
  readonly secrets: readonly Secret[];
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
          removalPolicy: keptInProduction(stage),
        }),
    );
    const arns = this.secrets.map(({ secretArn }) => secretArn);
    this.environment = {
      ACCOUNT_SECRET_ARNS: arns.length <= maxFullArns ? Fn.join(',', arns) : shortened(arns),
      SECRET_TTL_SECONDS: seconds(Duration.minutes(5)),
      PREVIOUS_TOKEN_SECONDS: seconds(Duration.millis(previousTokenMs)),
      SECRET_MAX_STALE_SECONDS: seconds(Duration.days(1)),
    };
  }

  /**
   * Allows a role that. It has a policy of its own: a default policy with many ARNs the CDK would move to managed
   * ones, of which each may have 6,144 bytes only.
   */
  allowReading(role: Role): void {
    new Policy(role, 'ReadAccountSecrets', {
      roles: [role],
      statements: [
        new PolicyStatement({
          sid: 'ReadAccountSecrets',
          actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
          resources: this.secrets.map((secret) => secret.secretArn),
        }),
      ],
    });
  }
}

/**
 * CloudFormation calls a secret by its logical id, which begins with the id of `AccountSecrets`: up to there all ARNs
 * are the same. They are known to the deployment only, so it has to cut them.
 */
const shortened = (arns: readonly string[]): string => {
  const parts = arns.map((arn) => Fn.split(accountSecretsId, arn));
  const [first = []] = parts;
  return sharedBeginning(
    `${Fn.select(0, first)}${accountSecretsId}`,
    Fn.join(
      ',',
      parts.map((part) => Fn.select(1, part)),
    ),
  );
};

const seconds = (duration: Duration): string => String(duration.toSeconds());
