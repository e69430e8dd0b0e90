/**
 * Causes in the URL. `{url}` is the gateway's configured URL, `{stage}` the option that names its stage, `{about}` what
 * exactly was found.
 */
export const urlCauses = {
  'url-scheme': {
    title: 'http and https are swapped',
    explanation:
      'The signature fits the same URL with the other scheme. Twilio signs the scheme that its webhook URL has; the gateway ' +
      'expects the one that it is configured with.',
    fix: 'Set the webhook URL in Twilio to exactly {url}. At a tunnel or proxy, start the gateway with the public https URL (--public-url).',
  },
  'url-trailing-slash-added': {
    title: 'the signed URL has a trailing slash',
    explanation: 'The signature fits the configured URL with a slash at the end of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, without the slash.',
  },
  'url-trailing-slash-removed': {
    title: 'the signed URL lacks the trailing slash',
    explanation: 'The signature fits the configured URL without the slash at the end of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or take the slash out of the configured URL.',
  },
  'url-stage-missing': {
    title: 'the stage is missing in the path of the signed URL',
    explanation:
      'The signature fits the configured URL without the first part of its path. API Gateway’s own address needs the stage; a ' +
      'proxy or base path mapping in front may have hidden it.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the public URL that Twilio calls.',
  },
  'url-stage-added': {
    title: 'the signed URL has a stage that the configured URL has not',
    explanation: 'The signature fits the configured URL with {about} in front of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}: behind a custom domain there is no stage in the path.',
  },
  'url-other-stage': {
    title: 'the request was signed for another stage',
    explanation: 'The signature fits the configured URL with {about} as the first part of its path.',
    fix: 'Point the number or service at this stage, {url}; or explain the request with the --stage that it was meant for.',
  },
  'url-other-route': {
    title: 'the request was signed for another route',
    explanation:
      'The signature fits the URL of the route /{about}, but the request was taken for one of another route.',
    fix: 'Use the URL of the right route in Twilio, and check that no proxy rewrites the path (`--route` says which route it came to).',
  },
  'url-port': {
    title: 'the signed URL has another port',
    explanation: 'The signature fits the configured URL with port {about}.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, without any other port, or configure the gateway with the public URL and its port.',
  },
  'url-userinfo': {
    title: 'user and password are part of the signed URL',
    explanation:
      'The signature fits the URL with user information in front of the host. Twilio leaves it out before it signs, and so does ' +
      'the gateway: something else signed this request.',
    fix: 'Sign over {url} without user and password. If Twilio itself sent this, turn Basic authentication off and tell us.',
  },
  'url-fragment': {
    title: 'the fragment (#…) is part of the signed URL',
    explanation:
      'The signature fits the URL with its connection overrides. Twilio leaves the fragment out before it signs, and so does the ' +
      'gateway: something else signed this request.',
    fix: 'Sign over {url}, without # and what follows.',
  },
  'url-host': {
    title: 'the signed URL has another host',
    explanation:
      'The signature fits the configured URL with the host {about}: a proxy, a tunnel, a custom domain or API Gateway’s own ' +
      'address instead of the configured one.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the host that Twilio calls (custom domain; `npm start -- --public-url`).',
  },
  'url-path-case': {
    title: 'the path is written in another case',
    explanation:
      'The signature fits the configured URL with other capital letters in its path or in its %-escapes.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, letter by letter.',
  },
  'url-path': {
    title: 'the signed URL has another path',
    explanation: 'The signature fits the configured URL with the path of the captured request.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the public path that Twilio calls.',
  },
} as const;
