import { createRequire } from 'node:module';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { cpuMicroseconds, serveCommands } from './commands';

// Invokes the bundle of an ingress with one event repeatedly.

type Handler = (event: APIGatewayProxyEventV2) => Promise<{ readonly statusCode?: number }>;

const [, , bundle = ''] = process.argv;
// The bundle's handler has this type in lambda/ingress/handler.ts.
const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };

interface Work {
  readonly event: APIGatewayProxyEventV2;
  readonly times: number;
  readonly expectedStatus: number;
}

/** @returns microseconds of CPU for each event */
const repeat = async ({ event, times, expectedStatus }: Work): Promise<number> => {
  const before = cpuMicroseconds();
  for (let time = 0; time < times; time += 1) {
    const { statusCode } = await handler(event);
    if (statusCode !== expectedStatus) {
      throw new Error(`Got status ${String(statusCode)}, expected ${expectedStatus}.`);
    }
  }
  return (cpuMicroseconds() - before) / times;
};

serveCommands({}, { repeat: (work) => repeat(work as Work) });
