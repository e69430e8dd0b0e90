/** Causes beside URL and body. Placeholders as in `url-causes.ts`. */
export const otherCauses = {
  'signature-missing': {
    title: 'there is no X-Twilio-Signature',
    explanation:
      'The request has no such header, or an empty one. Twilio signs every webhook: it is not from Twilio, or a proxy took the header away.',
    fix: 'Let proxies pass X-Twilio-Signature on. If this is a test of yours, sign it: `npx gateway send` does.',
  },
  'signature-malformed': {
    title: 'X-Twilio-Signature is malformed',
    explanation:
      'A signature is the base64 of 20 bytes (an Auth Token signed) or of 32 (a SharedKey). This one is neither, and cannot be repaired.',
    fix: 'Capture the request again with the whole header. Twilio itself never sends another form.',
  },
  'signature-settings': {
    title: 'X-Twilio-Webhooks-Signature-Settings contradicts the signature',
    explanation:
      'The header names another algorithm than the one that signatures of this length are made with, so that the gateway refuses the request.',
    fix: 'Let both headers pass unchanged. If you sign yourself, name the algorithm that you use, or leave the header out.',
  },
  'signature-settings-missing': {
    title: 'there is no X-Twilio-Webhooks-Signature-Settings',
    explanation:
      'The signature has the length of HMAC-SHA256. Twilio names that algorithm in this header; the gateway does not need it.',
    fix: 'Let proxies pass the header on, so that other verifiers find it.',
  },
  'signature-altered': {
    title: 'X-Twilio-Signature was changed on the way',
    explanation: 'The signature is only recognisable after a repair ({about}).',
    fix: 'Let the header pass unchanged: one header of that name, its value as it is.',
  },
  'token-form': {
    title: 'the entered token has not the form of an Auth Token',
    explanation:
      'An Auth Token has 32 hexadecimal digits. An API key secret has another form, and never signs a webhook.',
    fix: 'Enter the primary Auth Token of the account, from the Twilio console.',
  },
  'token-pending': {
    title: 'signed with the token that is staged as AWSPENDING',
    explanation: 'The gateway accepts it. It is the token of a rotation that has not been finished.',
    fix: 'Finish the rotation: promote the token at Twilio, then make this version AWSCURRENT. `npx gateway secret status{stage}` shows the versions.',
  },
  'token-previous': {
    title: 'signed with the previous token, whose time is over',
    explanation:
      'The signature fits the version AWSPREVIOUS of the secret, which the gateway accepts for an hour after the secret was last ' +
      'changed. Twilio still signs with the old token, or this is an old request.',
    fix: 'Compare the primary Auth Token in the Twilio console with `npx gateway secret status{stage}`; store the primary one with `npx gateway secret set{stage}`.',
  },
  'token-previous-accepted': {
    title: 'signed with the previous token',
    explanation:
      'The gateway accepts the version AWSPREVIOUS of the secret for an hour after the secret was last changed, and then no longer.',
    fix: 'Nothing, if a rotation has just been finished. Else compare the primary Auth Token in the Twilio console with `npx gateway secret status{stage}`.',
  },
  'shared-key-missing': {
    title: 'signed with a SharedKey, and none is known',
    explanation:
      'The signature has the length of HMAC-SHA256: a Webhook Rule at Twilio signs with a SharedKey. No SharedKey is stored for the account, ' +
      'or another key was entered.',
    fix: 'Store it with `npx gateway secret shared-key set{stage}`, or take the rule away at Twilio: then it signs with the Auth Token.',
  },
  'shared-key-not-current': {
    title: 'signed with a SharedKey that is not in the current version of the secret',
    explanation:
      'The signature fits a SharedKey that only the version {about} of the secret holds: it was retired, or is not in use yet. The ' +
      'gateway takes SharedKeys of the current version only.',
    fix: 'Let Twilio’s Webhook Rule sign with a key that `npx gateway secret shared-key list{stage}` names, or store this one again with `npx gateway secret shared-key set{stage}`.',
  },
  'no-match-shared-key': {
    title: 'no variant matches a stored SharedKey',
    explanation:
      'The signature has the length of HMAC-SHA256, and neither the request as it is nor any near miss fits with a stored SharedKey. ' +
      'The key of the Webhook Rule at Twilio is probably another one, or a value was changed that cannot be guessed.',
    fix: 'Compare the SID of the SharedKey in the Webhook Rule with `npx gateway secret shared-key list{stage}`, and the URL there with {url}.',
  },
  'token-other-account': {
    title: 'signed with the token of another account',
    explanation:
      'The signature fits the token of account {about}, which is not the account that the request names. Twilio signs with the token of ' +
      'the account that owns the resource; a subaccount has its own.',
    fix: 'Check which token is stored for which account: `npx gateway secret status{stage}`. Store each account’s own primary token with `npx gateway secret set{stage} --account-sid …`.',
  },
  'account-unknown': {
    title: 'the account is not configured',
    explanation:
      'AccountSid names {about}, for which this gateway has no secret. It is refused whatever its signature.',
    fix: 'Add the account to `accounts` in lib/stages.ts, deploy, then `npx gateway secret set{stage} --account-sid …`. Or point its webhooks elsewhere.',
  },
  'secret-unusable': {
    title: 'the gateway has no usable token',
    explanation:
      'No Auth Token can be read for this account ({about}), so that the gateway answers 500 and nothing can be verified.',
    fix: '`npx gateway secret set{stage}` stores one; --token-prompt explains the request with a token that you enter.',
  },
  'basic-challenge': {
    title: 'Basic authentication was asked for',
    explanation:
      'The stage has Basic authentication and the request brings no user and password. Twilio’s first request never does; it repeats the ' +
      'request with those of its webhook URL when it is answered 401.',
    fix: 'Nothing, if an accepted request follows. Else put user and password into the webhook URL at Twilio: `npx gateway twilio apply{stage}` does.',
  },
  'basic-failed': {
    title: 'user or password of Basic authentication are wrong',
    explanation: 'The Authorization header holds none of the pairs in the stage’s secret.',
    fix: 'Bring the webhook URL at Twilio up to date: `npx gateway twilio apply{stage}`. While you change them, keep the old pair as the second one in the secret.',
  },
  'basic-secret-unusable': {
    title: 'the secret of Basic authentication cannot be used',
    explanation:
      'It is missing, the placeholder, or malformed, so that the gateway answers 500 to every webhook.',
    fix: 'Store user and password in it (the output BasicAuthSecretArn names it): docs/stage-options.md.',
  },
  'no-match': {
    title: 'no variant matches',
    explanation:
      'Neither the request as it is nor any near miss fits the signature. The token is probably not this account’s primary Auth Token ' +
      '(a secondary token, an API key secret or another region’s token signs nothing here), or a value was changed that cannot be guessed.',
    fix: 'Compare the primary Auth Token in the Twilio console (`npx gateway secret set{stage}`), and the URL there with {url}. If that URL has a query or a user and password, give it with --url. Else capture the request as close to Twilio as possible, and explain it again.',
  },
  'method-not-allowed': {
    title: 'the method is not accepted',
    explanation:
      'The request is a {about}; webhooks are accepted as POST (405 with Allow), and as GET only at a stage with `acceptGet`.',
    fix: 'Set the method of the webhook in Twilio to HTTP POST, or set `acceptGet` for the stage. A 301 or 302 on the way turns POST into GET: use the final URL in Twilio.',
  },
  'host-not-served': {
    title: 'the request was not sent to the custom domain',
    explanation:
      'The stage has a custom domain and serves no other host; this request was sent to {about}. If it was captured in front of a proxy, ' +
      'the gateway may have seen another host.',
    fix: 'Set the webhook URL in Twilio to exactly {url}.',
  },
  unrecognized: {
    title: 'accepted, but not recognized',
    explanation:
      'The webhook is genuine, and is stored as an unrecognized event because it could not be read: {about}.',
    fix: 'Check that this kind of webhook is sent to this route: /messages, /status and /usage take one kind each, /events everything else. `npx gateway events list{stage}` shows what was stored.',
  },
  'payload-too-large': {
    title: 'the request is too large',
    explanation: 'It is over the limit for {about} (413). No webhook of Twilio comes near it.',
    fix: 'Look for what makes it so large. The limits are constants of lambda/shared/contract/routes.ts.',
  },
  'unsupported-media-type': {
    title: 'the content type is not accepted',
    explanation: 'The body is not read (415). {about}.',
    fix: 'Pass content type and encoding on unchanged: application/x-www-form-urlencoded everywhere, application/json on /events only, UTF-8, not compressed.',
  },
} as const;
