/**
 * The shortest time between two polls of Secrets Manager by one environment, in milliseconds. A signature or password
 * that cannot be verified causes a poll: one DescribeSecret per secret. A token is read again only after a change.
 */
export const minPollIntervalMs = 5_000;

/** Upper bound on one read or poll, in milliseconds: two calls with at most two attempts each. */
export const secretReadTimeoutMs = 3_000;

/**
 * Upper bound on how long an environment may still reject a newly stored token, in milliseconds: one poll interval, two
 * reads, and a margin for clocks and for Secrets Manager's own delay.
 */
export const propagationBoundMs = minPollIntervalMs + 2 * secretReadTimeoutMs + 4_000;

/** How long AWSPREVIOUS is accepted after the secret was last changed, in milliseconds. */
export const previousTokenMs = 3_600_000;
