import type { Health } from '../../api';
import type { ConsoleParts } from '../console-parts';
import { readAlarms } from '../cloudwatch/alarms';
import { CliError } from '../../../cli/terminal/cli-error';
import { json, read, type Route } from '../http/route';
import { findingsOf, problemFinding } from '../views/findings';

const slowMs = 40_000;

/** The findings of `doctor` about the gateway, and the alarms. */
export const healthRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read(
    '/api/health',
    async ({ signal }) => {
      const backend = await gateway.backend();
      const [findings, alarms] = await Promise.all([
        findingsOf(backend, gateway.context.post, signal),
        readAlarms(backend).catch((error: unknown) => {
          if (!(error instanceof CliError)) throw error;
          return error.message;
        }),
      ]);
      const health: Health =
        typeof alarms === 'string'
          ? { findings: [...findings, problemFinding('Alarms', alarms)], alarms: [] }
          : { findings, alarms };
      return json(health);
    },
    { timeoutMs: slowMs },
  ),
];
