import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { reportCost } from './report-cost';

// A fresh execution environment: loads the bundle, answers one event, exits. Arguments: the files of the bundle and
// of the event.

type Handler = (event: unknown) => Promise<{ readonly statusCode: number }>;

const [, , bundle = '', eventFile = ''] = process.argv;

const run = async (): Promise<void> => {
  // Every bundle exports `handler`. The benchmark passes the bundle's path as the argument.
  const { handler } = createRequire(bundle)(bundle) as { readonly handler: Handler };
  const { statusCode } = await handler(JSON.parse(readFileSync(eventFile, 'utf8')));
  if (statusCode !== 200) throw new Error(`${bundle} answered ${statusCode} instead of 200.`);
  reportCost();
};

void run();
