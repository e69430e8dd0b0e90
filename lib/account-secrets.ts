import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { placeholderAccountSid, type AccountSecret } from '../lambda/shared/account-secret';
import type { Stage } from './stage';

export interface AccountSecretsProps {
  readonly stage: Stage;
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

  constructor(scope: Construct, id: string, { stage }: AccountSecretsProps) {
    super(scope, id);
    this.secrets = stage.accounts.map(
      (account) =>
        new Secret(this, account, {
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
  }
}
