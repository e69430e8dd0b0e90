import type { Health } from '../../api';
import type { ConsoleParts } from '../console-parts';
import { readAlarms } from '../cloudwatch/alarms';
import { CliError } from '../../../cli/terminal/cli-error';
import { json, read, type Route } from '../http/route';
import { findingsOf, problemFinding } from '../views/findings';
import { optionFindings } from '../views/option-findings';

const slowMs = 40_000;

/** The findings of `doctor` about the gateway, what its lane and canary report, and the alarms. */
export const healthRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read(
    '/api/health',
    async ({ signal }) => {
      const backend = await gateway.backend();
      const [findings, options, alarms] = await Promise.all([
        findingsOf(backend, gateway.context.post, signal),
        optionFindings(backend, gateway.context.now(), signal),
        readAlarms(backend).catch((error: unknown) => {
          if (!(error instanceof CliError)) throw error;
          return error.message;
        }),
      ]);
      const health: Health =
        typeof alarms === 'string'
          ? { findings: [...findings, ...options, problemFinding('Alarms', alarms)], alarms: [] }
          : { findings: [...findings, ...options], alarms };
      return json(health);
    },
    { timeoutMs: slowMs },
  ),
];
