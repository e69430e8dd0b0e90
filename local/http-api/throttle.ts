/** API Gateway's token bucket: `rateLimit` requests a second, up to `burstLimit` at once. */
export const createThrottle = (
  limits: { readonly rateLimit: number; readonly burstLimit: number },
  now: () => number = Date.now,
): (() => boolean) => {
  let tokens = limits.burstLimit;
  let filledAt = now();
  return () => {
    const time = now();
    tokens = Math.min(limits.burstLimit, tokens + ((time - filledAt) / 1000) * limits.rateLimit);
    filledAt = time;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
};
