import { Duration, Fn } from 'aws-cdk-lib';
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { CredentialsEnvironment } from '../../lambda/shared/credentials/credentials-environment';
import { joinArns } from '../../lambda/shared/credentials/secret-arns';
import { previousTokenMs } from '../../lambda/shared/credentials/secret-timing';
import { maxFullArns } from '../stage/accounts';
import type { Stage } from '../stage/resolve-stage';
import { accountPlaceholder, PlaceholderSecret } from './placeholder-secret';

export interface AccountSecretsProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
}

/** The construct id of `AccountSecrets` in a stack: the generated name of every secret begins with it. */
export const accountSecretsId = 'AccountSecrets';

/** One secret per Twilio account, in the shape of AWS's managed external secret `TwilioAuthToken`. */
export class AccountSecrets extends Construct {
  readonly secrets: readonly Secret[];
  /** The key that encrypts the secrets. Undefined: AWS's key. */
  readonly encryptionKey: IKey | undefined;
  /** The environment variables of a function that verifies signatures. */
  readonly environment: CredentialsEnvironment;

  constructor(scope: Construct, id: string, { stage, encryptionKey }: AccountSecretsProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    this.secrets = stage.accounts.map(
      (account) =>
        new PlaceholderSecret(this, account, {
          stage,
          encryptionKey,
          description: `Account SID and Auth Token of the Twilio account "${account}", stage ${stage.name}.`,
          placeholder: accountPlaceholder,
        }),
    );
    const arns = this.secrets.map(({ secretArn }) => secretArn);
    this.environment = {
      ACCOUNT_SECRET_ARNS: arns.length <= maxFullArns ? Fn.join(',', arns) : shortArnList(arns),
      SECRET_TTL_SECONDS: seconds(Duration.minutes(5)),
      PREVIOUS_TOKEN_SECONDS: seconds(Duration.millis(previousTokenMs)),
      SECRET_MAX_STALE_SECONDS: seconds(Duration.days(1)),
    };
  }

  /**
   * Allows a role to read the secrets, by a policy of its own. The CDK would split a long default policy into managed
   * policies, which have a limit of 6,144 bytes each.
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
 * The ARNs without their common beginning. It ends with the id of `AccountSecrets`, because CloudFormation names a
 * secret after its logical id. The ARNs exist only at deployment, so CloudFormation has to split them.
 */
const shortArnList = (arns: readonly string[]): string => {
  const parts = arns.map((arn) => Fn.split(accountSecretsId, arn));
  const [first = []] = parts;
  return joinArns(
    `${Fn.select(0, first)}${accountSecretsId}`,
    Fn.join(
      ',',
      parts.map((part) => Fn.select(1, part)),
    ),
  );
};

const seconds = (duration: Duration): string => String(duration.toSeconds());
