/** The parts of an SDK error that may be logged: its name and the service's HTTP status, never its message. */
export const describeError = (
  error: unknown,
): { readonly errorName: string; readonly serviceStatus: number | undefined } => {
  if (!(error instanceof Error)) return { errorName: typeof error, serviceStatus: undefined };
  // Every error of the SDK may carry metadata; its type says so for service exceptions only.
  const { $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  return { errorName: error.name, serviceStatus: $metadata?.httpStatusCode };
};
