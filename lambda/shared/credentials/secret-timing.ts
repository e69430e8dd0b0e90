/**
 * Between two looks of one ingress environment at Secrets Manager because of a signature or password that it could not verify, in
 * milliseconds. A look is one DescribeSecret per secret; tokens are read again only where it shows a change.
 */
export const minPollIntervalMs = 5_000;

/** What one read or look may take, in milliseconds: two calls, each tried twice at the most. */
export const secretReadTimeoutMs = 3_000;

/**
 * So long after a version was stored no environment can refuse what it verifies, whatever noise used up its looks: the last look
 * before it, that look's end and the read that follows, and something for clocks and for Secrets Manager itself. In milliseconds.
 */
export const propagationBoundMs = minPollIntervalMs + 2 * secretReadTimeoutMs + 4_000;

/** How long AWSPREVIOUS is accepted after the secret was last changed, in milliseconds. */
export const previousTokenMs = 3_600_000;
