import { Logger } from '@aws-lambda-powertools/logger';
import type { FunctionName, HandlerServiceName } from '../shared/contract/function-names';
import type { Log, LogFields } from '../shared/runtime/ports';

/** Every log field, in the order of the line. A record, because that does not compile if a field is missing. */
const loggedFields: Readonly<Record<keyof LogFields, true>> = {
  requestId: true,
  route: true,
  method: true,
  status: true,
  reason: true,
  detail: true,
  account: true,
  messageSid: true,
  kind: true,
  eventId: true,
  bytes: true,
  durationMs: true,
  sourceIp: true,
  userAgent: true,
  tokenSlot: true,
  staleSecret: true,
  duplicate: true,
  messageId: true,
  receiveCount: true,
  errorName: true,
  serviceStatus: true,
};
const maxUserAgentLength = 200;

const fieldNames = Object.keys(loggedFields) as readonly (keyof LogFields)[];

/** Writes JSON lines with the fields above only, whatever object a caller passes. */
export const createLog = (functionName: FunctionName | HandlerServiceName): Log => {
  const logger = new Logger({ serviceName: functionName });
  return (level, fields) => {
    const allowed: Record<string, unknown> = {};
    for (const name of fieldNames) if (fields[name] !== undefined) allowed[name] = fields[name];
    if (fields.userAgent !== undefined) allowed['userAgent'] = fields.userAgent.slice(0, maxUserAgentLength);
    logger[level](fields.reason, allowed);
  };
};

/** Writes the lines of a handler: its own words and fields. */
export const createHandlerLog = (service: HandlerServiceName) => {
  const logger = new Logger({ serviceName: service });
  return (message: string, fields: Readonly<Record<string, string | number | boolean>>): void =>
    logger.info(message, { ...fields });
};
