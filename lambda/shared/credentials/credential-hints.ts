import type { CredentialFailure } from './account-secret-source';

type CredentialRejection = `credentials_${CredentialFailure['reason']}`;

const setSecret = 'run npx gateway secret set --stage <stage> (without --stage for the local gateway)';

/** What the operator must do about a secret without a usable token. `<stage>` is replaced by the stage's name. */
export const credentialHints: Readonly<Partial<Record<CredentialRejection, string>>> = {
  credentials_missing: setSecret,
  credentials_placeholder: setSecret,
  credentials_invalid: setSecret,
  credentials_denied:
    "allow this function's role secretsmanager:GetSecretValue and secretsmanager:DescribeSecret, " +
    "and kms:Decrypt with the secret's key",
};
