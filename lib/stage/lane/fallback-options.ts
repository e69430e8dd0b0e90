import { integerProblems, type Problems } from '../problems';

/** Options of the fallback lane. */
export interface FallbackLaneOptions {
  /**
   * Requests per second, 10 to 10,000. It bounds the cost of requests that Twilio did not send, and the messages that
   * the lane takes while the gateway's function fails.
   * @default 200
   */
  readonly rateLimit?: number;
  /**
   * Requests at once, 10 to 5,000.
   * @default 400
   */
  readonly burstLimit?: number;
}

export interface FallbackLaneSettings {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export const resolveFallbackLane = (
  options: boolean | FallbackLaneOptions | undefined,
): FallbackLaneSettings | undefined => {
  if (options === undefined || options === false) return undefined;
  return { rateLimit: 200, burstLimit: 400, ...(options === true ? {} : options) };
};

export const fallbackLaneProblems = (settings: FallbackLaneSettings | undefined): Problems =>
  settings === undefined
    ? []
    : [
        ...integerProblems('fallbackLane.rateLimit', settings.rateLimit, 10, 10_000),
        ...integerProblems('fallbackLane.burstLimit', settings.burstLimit, 10, 5_000),
      ];
