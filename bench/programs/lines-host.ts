import { createRequire } from 'node:module';
import { serveCommands } from './commands';

// Invokes a bundle, and writes a line after everything that the invocation wrote.

type Handler = (event: object, context: object) => Promise<unknown>;

const [, , bundle = '', endOfInvocation = ''] = process.argv;
// Every bundle exports `handler`. The benchmark passes the bundle's path as the argument.
const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };

const context = {
  awsRequestId: '6f2d8c1e-3b7a-4c52-9d0e-5a1b2c3d4e5f',
  functionName: 'priced',
  getRemainingTimeInMillis: () => 30_000,
};

/** @returns what the handler returned */
const invoke = async (event: object): Promise<unknown> => {
  const result = await handler(event, context);
  // Behind the lines of the invocation, because one stream keeps its order.
  await new Promise<void>((resolve) => {
    process.stdout.write(`${endOfInvocation}\n`, () => resolve());
  });
  return result;
};

serveCommands({}, { invoke: (event) => invoke(event as object) });
