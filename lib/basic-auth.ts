import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { placeholderCredentials, type BasicAuthSecret } from '../lambda/shared/basic-auth-secret';
import type { Stage } from './stage';

/** Basic authentication in front of the signature. */
export interface BasicAuthOptions {
  /**
   * What the challenge calls the gateway.
   * @default 'Twilio webhook gateway'
   */
  readonly realm?: string;
}

export interface BasicAuthSettings {
  readonly realm: string;
}

export const resolveBasicAuth = (
  option: boolean | BasicAuthOptions | undefined,
): BasicAuthSettings | undefined =>
  option === undefined || option === false
    ? undefined
    : { realm: (option === true ? undefined : option.realm) ?? 'Twilio webhook gateway' };

/** A realm stands between quotes in a header: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const basicAuthFaults = (settings: BasicAuthSettings | undefined): readonly string[] =>
  settings === undefined || /^[\x20!#-[\]-~]{1,64}$/.test(settings.realm)
    ? []
    : ['basicAuth.realm must be 1 to 64 characters of ASCII without quotes and backslashes'];

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
      removalPolicy: stage.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }
}
