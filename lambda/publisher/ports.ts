import type { Publication } from '../shared/events/publication';

/**
 * Publishes at most ten events, in their order. Implemented in `lambda/publisher/aws`, faked in tests.
 * @returns how many events, counted from the first, were certainly accepted; usually all of them
 */
export type Publish = (publications: readonly Publication[], signal: AbortSignal) => Promise<number>;
