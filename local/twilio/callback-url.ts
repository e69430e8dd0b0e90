/** Where a status callback goes, and what is signed. */
export interface CallbackAddress {
  /** Without the connection overrides after `#`, as Twilio signs it. */
  readonly signedUrl: string;
  readonly postUrl: string;
}

/** The gateway's own addresses: scheme, host and port. */
export interface GatewayOrigins {
  readonly local: string;
  /** The origin under which Twilio reaches the gateway, if it is another one. */
  readonly public: string | undefined;
}

const isLoopback = (hostname: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);

/**
 * The stand-in posts to this machine only: neither a handler nor the sender of a message may make a developer's machine
 * send requests into its network. The gateway's public URL is signed and posted to the gateway itself.
 * @returns undefined for any other host
 */
export const callbackAddress = (url: string, origins: GatewayOrigins): CallbackAddress | undefined => {
  const parsed = new URL(url);
  parsed.hash = '';
  const signedUrl = parsed.href;
  if (parsed.origin === origins.public) {
    return { signedUrl, postUrl: `${origins.local}${parsed.pathname}${parsed.search}` };
  }
  return isLoopback(parsed.hostname) ? { signedUrl, postUrl: signedUrl } : undefined;
};

export interface RetryRules {
  readonly maxRetries: number;
  /** Whether to try again after this outcome. */
  readonly after: (outcome: CallbackOutcome) => boolean;
}

/** An HTTP status, or why there is none: no connection (`ct`) or no answer in time (`rt`). */
export type CallbackOutcome = number | 'ct' | 'rt';

/**
 * The retries that the connection overrides of a URL ask for; without them, one after a failed connection.
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
export const retryRules = (url: string): RetryRules => {
  const overrides = new URLSearchParams(new URL(url).hash.slice(1));
  const kinds = (overrides.get('rp') ?? 'ct').split(',');
  const count = Number(overrides.get('rc') ?? 1);
  const kindOf = (outcome: CallbackOutcome): string =>
    typeof outcome === 'string' ? outcome : `${String(outcome).slice(0, 1)}xx`;
  const isFailure = (outcome: CallbackOutcome): boolean => typeof outcome === 'string' || outcome >= 400;
  return {
    maxRetries: Number.isInteger(count) && count >= 0 && count <= 5 ? count : 1,
    after: (outcome) => isFailure(outcome) && (kinds.includes('all') || kinds.includes(kindOf(outcome))),
  };
};
