import type { CredentialFailure } from './account-secret-source';

type CredentialRejection = `credentials_${CredentialFailure['reason']}`;

/** How an operator names the gateway. The function does not know its stack, which may have any name. */
export const targetHint = '--stage <stage> (or --stack with the name of its stack; neither for the local gateway)';

const setSecret = `run npx twilio-webhook-gateway secret set ${targetHint}`;

/** What the operator must do about a secret without a usable token. `<stage>` is replaced by the stage's name. */
export const credentialHints: Readonly<Partial<Record<CredentialRejection, string>>> = {
  credentials_missing: setSecret,
  credentials_placeholder: setSecret,
  credentials_invalid: setSecret,
  credentials_denied:
    "allow this function's role secretsmanager:GetSecretValue and secretsmanager:DescribeSecret, " +
    "and kms:Decrypt with the secret's key",
};
