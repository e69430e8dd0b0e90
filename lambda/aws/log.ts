import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '../shared/runtime/ports';

const fieldNames = [
  'requestId',
  'route',
  'method',
  'status',
  'reason',
  'detail',
  'account',
  'messageSid',
  'kind',
  'eventId',
  'bytes',
  'durationMs',
  'sourceIp',
  'userAgent',
  'tokenSlot',
  'staleSecret',
  'duplicate',
  'messageId',
  'receiveCount',
  'errorName',
  'serviceStatus',
] as const satisfies (keyof LogFields)[];
const maxUserAgentLength = 200;

/** JSON lines with the allow-listed fields only, whatever object a caller passes. */
export const createLog = (functionName: 'ingress' | 'consumer' | 'breaker' | 'authorizer'): Log => {
  const logger = new Logger({ serviceName: functionName });
  return (level, fields) => {
    const allowed: Record<string, unknown> = {};
    for (const name of fieldNames) if (fields[name] !== undefined) allowed[name] = fields[name];
    if (fields.userAgent !== undefined) allowed['userAgent'] = fields.userAgent.slice(0, maxUserAgentLength);
    logger[level](fields.reason, allowed);
  };
};
