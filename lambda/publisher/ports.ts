import type { Publication } from '../shared/events/publication';

/**
 * Publishes at most ten events, in their order. Implemented in `lambda/publisher/aws`, faked in tests.
 * @returns how many of the first ones were certainly accepted, all of them in the usual case
 */
export type Publish = (publications: readonly Publication[], signal: AbortSignal) => Promise<number>;
