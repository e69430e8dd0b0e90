import { cli } from '../../terminal/program-name';

/** Causes in the request as a whole. Placeholders as in `url-causes.ts`. */
export const requestCauses = {
  'method-not-allowed': {
    title: 'the method is not accepted',
    explanation:
      'The request is a {about}; webhooks are accepted as POST (otherwise 405 with Allow), and as GET only at a ' +
      'stage with `acceptGet`.',
    fix:
      'Set the method of the webhook in Twilio to HTTP POST, or set `acceptGet` for the stage. A 301 or 302 turns ' +
      'POST into GET: use the final URL in Twilio.',
  },
  'host-not-served': {
    title: 'the request was not sent to the custom domain',
    explanation:
      'The stage serves only its custom domain; this request was sent to {about}. If it was captured in front of a ' +
      'proxy, the gateway may have received another host.',
    fix: 'Set the webhook URL in Twilio to exactly {url}.',
  },
  unrecognized: {
    title: 'accepted, but not recognized',
    explanation:
      'The webhook is genuine, and is stored as an unrecognized event because it could not be read: {about}.',
    fix:
      'Check that this kind of webhook is sent to this route: /messages, /status and /usage take one kind each, ' +
      `/events everything else. \`${cli} events list{stage}\` shows the stored events.`,
  },
  'payload-too-large': {
    title: 'the request is too large',
    explanation: 'It exceeds the limit for {about} (413). No Twilio webhook comes near it.',
    fix: 'Find what makes it so large. The limits are constants in lambda/shared/contract/routes.ts.',
  },
  'unsupported-media-type': {
    title: 'the content type is not accepted',
    explanation: 'The body is not read (415). {about}.',
    fix:
      'Pass content type and encoding on unchanged: application/x-www-form-urlencoded on every route, ' +
      'application/json on /events only, UTF-8, not compressed.',
  },
} as const;
