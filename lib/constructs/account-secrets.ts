import { Duration, Fn, Lazy, Stack, type CfnElement } from 'aws-cdk-lib';
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { CredentialsEnvironment } from '../../lambda/shared/credentials/credentials-environment';
import { joinArns } from '../../lambda/shared/credentials/secret-arns';
import { previousTokenMs } from '../../lambda/shared/credentials/secret-timing';
import { extraNameLength, gatewayOf } from '../gateway/gateways';
import { arnsPerOutput } from '../stage/accounts';
import type { Stage } from '../stage/resolve-stage';
import { accountPlaceholder, PlaceholderSecret } from './placeholder-secret';

export interface AccountSecretsProps {
  readonly stage: Stage;
  /** Undefined if the stage has no key of its own: the AWS service's default key is used. */
  readonly encryptionKey: IKey | undefined;
}

/** The construct id of `AccountSecrets`: the generated name of every secret contains it. */
export const accountSecretsId = 'AccountSecrets';

/** One secret per Twilio account, in the shape of AWS's managed external secret `TwilioAuthToken`. */
export class AccountSecrets extends Construct {
  /** In the order of the option `accounts`. */
  readonly secrets: readonly Secret[];
  /** The key that encrypts the secrets. Undefined: AWS's key. */
  readonly encryptionKey: IKey | undefined;
  /**
   * The stage whose accounts these are.
   * @internal
   */
  readonly stage: Stage;
  /**
   * The environment variables of a function that verifies signatures.
   * @internal
   */
  readonly environment: CredentialsEnvironment;

  /** @internal */
  constructor(scope: Construct, id: string, { stage, encryptionKey }: AccountSecretsProps) {
    super(scope, id);
    this.stage = stage;
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
      ACCOUNT_SECRET_ARNS:
        arns.length <= arnsPerOutput(extraNameLength(gatewayOf(this)))
          ? Fn.join(',', arns)
          : // Logical ids can still change.
            Lazy.string({ produce: () => shortArnList(this.secrets) }),
      SECRET_TTL_SECONDS: seconds(Duration.minutes(5)),
      PREVIOUS_TOKEN_SECONDS: seconds(Duration.millis(previousTokenMs)),
      SECRET_MAX_STALE_SECONDS: seconds(Duration.days(1)),
    };
  }

  /**
   * Allows a role to read the secrets, by a policy of its own. The CDK would split a long default policy into managed
   * policies, which have a limit of 6,144 bytes each.
   */
  allowReading(role: Role, actions = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']): void {
    new Policy(role, 'ReadAccountSecrets', {
      roles: [role],
      statements: [
        new PolicyStatement({
          sid: 'ReadAccountSecrets',
          actions,
          resources: this.secrets.map((secret) => secret.secretArn),
        }),
      ],
    });
  }
}

/**
 * The ARNs with their common prefix written once. The prefix ends with the id of `AccountSecrets`, because
 * CloudFormation names a secret after its logical id. The ARNs exist only at deployment, so CloudFormation has to split
 * them.
 * @throws Error if the logical ids have no such prefix
 */
const shortArnList = (secrets: readonly Secret[]): string => {
  const prefixes = new Set(secrets.map(commonPrefix));
  const [prefix = ''] = prefixes;
  if (prefixes.size > 1 || prefix === '') {
    throw new Error(`The logical ids of ${String(secrets[0]?.node.scope?.node.path)} are changed or too long.`);
  }
  const parts = secrets.map(({ secretArn }) => Fn.split(prefix, secretArn));
  const [first = []] = parts;
  return joinArns(
    `${Fn.select(0, first)}${prefix}`,
    Fn.join(
      ',',
      parts.map((part) => Fn.select(1, part)),
    ),
  );
};

/** The logical id of a secret up to the id of `AccountSecrets`; empty if it does not contain it. */
const commonPrefix = (secret: Secret): string => {
  const { logicalId } = secret.node.defaultChild as CfnElement; // The CDK documents a CfnSecret.
  const id = String(Stack.of(secret).resolve(logicalId));
  const at = id.lastIndexOf(accountSecretsId);
  return at < 0 ? '' : id.slice(0, at + accountSecretsId.length);
};

const seconds = (duration: Duration): string => String(duration.toSeconds());
