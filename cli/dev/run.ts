import { runDev } from '../../local/dev/run-dev';
import type { StartedAs, StartOptions } from '../../local/dev/start-command';

/** Runs the gateway of a CDK app until the process is stopped. */
export type RunDev = (options: StartOptions, start: StartedAs) => Promise<void>;

export const run: RunDev = (options, start) =>
  runDev(options, {
    ...start,
    startConsole: async (gateway) => (await import('../../console/server/start.js')).startConsole(gateway),
  });
