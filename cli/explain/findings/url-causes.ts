import { start } from '../../terminal/program-name';

/**
 * Causes in the URL. `{url}` is the gateway's configured URL, `{stage}` the option that names its stage, `{about}`
 * the detail that was found.
 */
export const urlCauses = {
  'url-scheme': {
    title: 'http and https are swapped',
    explanation:
      'The signature matches the same URL with the other scheme. The gateway verifies the scheme that it is ' +
      'configured with.',
    fix:
      'Set the webhook URL in Twilio to exactly {url}. Behind a tunnel or proxy, start the gateway with the public ' +
      'https URL (--public-url).',
  },
  'url-trailing-slash-added': {
    title: 'the signed URL has a trailing slash',
    explanation: 'The signature matches the configured URL with a slash at the end of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, without the slash.',
  },
  'url-trailing-slash-removed': {
    title: 'the signed URL lacks the trailing slash',
    explanation: 'The signature matches the configured URL without the slash at the end of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or remove the slash from the configured URL.',
  },
  'url-stage-missing': {
    title: 'the stage is missing from the path of the signed URL',
    explanation:
      'The signature matches the configured URL without the first part of its path. API Gateway’s own URL needs ' +
      'the stage; a proxy or a base path mapping may hide it.',
    fix:
      'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the public URL that Twilio ' +
      'calls.',
  },
  'url-stage-added': {
    title: 'the signed URL has a stage, the configured URL does not',
    explanation: 'The signature matches the configured URL with {about} in front of its path.',
    fix: 'Set the webhook URL in Twilio to exactly {url}: a custom domain has no stage in its path.',
  },
  'url-other-stage': {
    title: 'the request was signed for another stage',
    explanation: 'The signature matches the configured URL with {about} as the first part of its path.',
    fix: 'Set the webhook URL of the number or service to {url}, or explain the request with the right --stage.',
  },
  'url-other-route': {
    title: 'the request was signed for another route',
    explanation: 'The signature matches the URL of the route /{about}, not of the route that received the request.',
    fix:
      'Use the URL of the right route in Twilio, and check that no proxy rewrites the path (`--route` sets the ' +
      'receiving route).',
  },
  'url-port': {
    title: 'the signed URL has another port',
    explanation: 'The signature matches the configured URL with port {about}.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the public URL and its port.',
  },
  'url-userinfo': {
    title: 'the signed URL contains user and password',
    explanation:
      'The signature matches the URL with user and password in front of the host. Twilio signs without them, and ' +
      'so the gateway verifies: something else signed this request.',
    fix:
      'Sign {url} without user and password. If Twilio itself sent this, disable Basic authentication and open an ' +
      'issue.',
  },
  'url-fragment': {
    title: 'the signed URL contains the fragment (#…)',
    explanation:
      'The signature matches the URL with its connection overrides. Twilio signs without them, and so the gateway ' +
      'verifies: something else signed this request.',
    fix: 'Sign {url}, without # and the text after it.',
  },
  'url-host': {
    title: 'the signed URL has another host',
    explanation:
      'The signature matches the configured URL with the host {about}: a proxy, a tunnel, a custom domain or API ' +
      'Gateway’s own host.',
    fix:
      'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the host that Twilio calls ' +
      `(custom domain; \`${start} -- --public-url\`).`,
  },
  'url-path-case': {
    title: 'the path has other capital letters',
    explanation:
      'The signature matches the configured URL with other capital letters in its path or its percent-escapes.',
    fix: 'Set the webhook URL in Twilio to exactly {url}, letter by letter.',
  },
  'url-path': {
    title: 'the signed URL has another path',
    explanation: 'The signature matches the configured URL with the path of the captured request.',
    fix:
      'Set the webhook URL in Twilio to exactly {url}, or configure the gateway with the public path that Twilio ' +
      'calls.',
  },
} as const;
