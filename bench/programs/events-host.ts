import { createRequire } from 'node:module';
import { cpuMicroseconds, serveCommands } from './commands';

// Invokes the bundle of the publisher or of a handler with one batch repeatedly.

type Handler = (event: object, context: object) => Promise<{ readonly batchItemFailures: readonly unknown[] }>;

const [, , bundle = ''] = process.argv;
// Every bundle exports `handler`. The benchmark passes the bundle's path as the argument.
const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };
const context = { getRemainingTimeInMillis: () => 30_000 };

interface Work {
  readonly event: { readonly Records: readonly object[] };
  readonly times: number;
}

/** @returns microseconds of CPU for each record */
const invoke = async ({ event, times }: Work): Promise<number> => {
  const before = cpuMicroseconds();
  for (let time = 0; time < times; time += 1) {
    const { batchItemFailures } = await handler(event, context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records failed.`);
  }
  return (cpuMicroseconds() - before) / (times * event.Records.length);
};

serveCommands({}, { invoke: (work) => invoke(work as Work) });
