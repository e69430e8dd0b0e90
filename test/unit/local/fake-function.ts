import type { InvocationResult } from '../../../local/functions/execution-environment';
import type { LocalFunction } from '../../../local/functions/function-pool';

/** A function that answers what the test says. */
export const fakeFunction = (invoke: (event: unknown) => Promise<InvocationResult>): LocalFunction => ({
  arn: 'arn:aws:lambda:us-east-1:000000000000:function:Fake',
  name: 'Fake',
  timeoutMs: 1000,
  invoke,
  close: () => Promise.resolve(),
});
