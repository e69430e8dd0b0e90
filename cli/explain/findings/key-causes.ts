import { cli, propsPlace } from '../../terminal/program-name';

/** Causes in the key that signed. Placeholders as in `url-causes.ts`. */
export const keyCauses = {
  'token-form': {
    title: 'the entered token is not an Auth Token',
    explanation:
      'An Auth Token has 32 hexadecimal digits. An API key secret has another form, and never signs a webhook.',
    fix: 'Enter the primary Auth Token of the account, from the Twilio console.',
  },
  'token-pending': {
    title: 'signed with the token labelled AWSPENDING',
    explanation: 'The gateway accepts it. It is the token of an unfinished rotation.',
    fix:
      `Finish the rotation: promote the token at Twilio, then make this version AWSCURRENT. \`${cli} secret ` +
      'status{stage}` shows the versions.',
  },
  'token-previous': {
    title: 'signed with the previous token, which has expired',
    explanation:
      'The signature matches the version AWSPREVIOUS of the secret, which the gateway accepts for an hour after ' +
      'the secret was changed. Twilio still signs with the old token, or this is an old request.',
    fix:
      `Compare the primary Auth Token in the Twilio console with \`${cli} secret status{stage}\`; store it with ` +
      `\`${cli} secret set{stage}\`.`,
  },
  'token-previous-accepted': {
    title: 'signed with the previous token',
    explanation: 'The gateway accepts the version AWSPREVIOUS of the secret for an hour after the secret was changed.',
    fix:
      'Nothing, right after a rotation. Otherwise compare the primary Auth Token in the Twilio console with `npx ' +
      'gateway secret status{stage}`.',
  },
  'token-other-account': {
    title: 'signed with the token of another account',
    explanation:
      'The signature matches the token of account {about}, not of the account that the request names. Twilio signs ' +
      'with the token of the account that owns the resource; a subaccount has its own.',
    fix:
      `Check which token is stored for which account: \`${cli} secret status{stage}\`. Store each account’s own ` +
      `primary token with \`${cli} secret set{stage} --account-sid …\`.`,
  },
  'account-unknown': {
    title: 'the account is not configured',
    explanation:
      'AccountSid is {about}, for which this gateway has no secret. The gateway rejects it whatever its signature.',
    fix:
      `Add the account to \`accounts\` in ${propsPlace}, deploy, then \`${cli} secret set{stage} --account-sid ` +
      '…`. Or send its webhooks to another gateway.',
  },
  'secret-unusable': {
    title: 'the gateway has no usable token',
    explanation:
      'No Auth Token can be read for this account ({about}), so the gateway answers 500 and verifies nothing.',
    fix:
      `Store one with \`${cli} secret set{stage}\`; --token-prompt explains the request with a token that you ` +
      'enter.',
  },
  'shared-key-missing': {
    title: 'signed with a SharedKey, but none is known',
    explanation:
      'The signature has the length of HMAC-SHA256: a Webhook Rule at Twilio signs with a SharedKey. The account ' +
      'has no stored SharedKey, or another key was entered.',
    fix:
      `Store it with \`${cli} secret shared-key set{stage}\`, or delete the rule at Twilio: then Twilio signs ` +
      'with the Auth Token.',
  },
  'shared-key-not-current': {
    title: 'signed with a SharedKey that is not in the current version of the secret',
    explanation:
      'The signature matches a SharedKey in the version {about} of the secret only: it was retired, or is not in ' +
      'use yet. The gateway accepts SharedKeys of the current version only.',
    fix:
      `Let the Webhook Rule sign with a key that \`${cli} secret shared-key list{stage}\` shows, or store this ` +
      `one again with \`${cli} secret shared-key set{stage}\`.`,
  },
  'no-match-shared-key': {
    title: 'no near miss matches a stored SharedKey',
    explanation:
      'The signature has the length of HMAC-SHA256, and no stored SharedKey matches the request or any near miss. ' +
      'The Webhook Rule at Twilio probably has another key, or a value was changed that cannot be guessed.',
    fix:
      `Compare the SID of the SharedKey in the Webhook Rule with \`${cli} secret shared-key list{stage}\`, and ` +
      'the URL there with {url}.',
  },
  'no-match': {
    title: 'no near miss matches',
    explanation:
      'The signature matches neither the request nor any near miss. The token is probably not this account’s ' +
      'primary Auth Token (secondary tokens, API key secrets and another region’s token do not sign these ' +
      'webhooks), or a value was changed that cannot be guessed.',
    fix:
      `Compare the primary Auth Token in the Twilio console (\`${cli} secret set{stage}\`), and the URL there ` +
      'with {url}. If that URL has a query or a user and password, pass it with --url. Otherwise capture the ' +
      'request closer to Twilio and explain it again.',
  },
  'basic-challenge': {
    title: 'Basic authentication is required',
    explanation:
      'The stage has Basic authentication and the request has no user and password. Twilio’s first request never ' +
      'has; after a 401 it repeats the request with those of its webhook URL.',
    fix:
      'Nothing, if an accepted request follows. Otherwise add user and password to the webhook URL at Twilio: `npx ' +
      'gateway twilio apply{stage}` does.',
  },
  'basic-failed': {
    title: 'user or password of Basic authentication are wrong',
    explanation: 'The Authorization header matches neither pair in the stage’s secret.',
    fix:
      `Update the webhook URL at Twilio: \`${cli} twilio apply{stage}\`. While you change the password, keep ` +
      'the old pair as the second one in the secret.',
  },
  'basic-secret-unusable': {
    title: 'the secret of Basic authentication cannot be used',
    explanation: 'It is missing, the placeholder, or malformed, so the gateway answers 500 to every webhook.',
    fix: 'Store user and password in it (its ARN is the output BasicAuthSecretArn): docs/stage-options.md.',
  },
} as const;
