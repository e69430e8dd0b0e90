import { basename } from 'node:path';
import type { LogFields } from '../shared/runtime/ports';
import { TwilioApiError } from '../shared/twilio/twilio-api-error';
import { describeError } from '../shared/runtime/describe-error';
import { PermanentError } from './permanent-error';
import { TemporaryError } from './temporary-error';

/**
 * The parts of an error that may be logged: its name, and its message only if that is known to be constant. The message
 * of any other error may quote a text or a number, so the place in the code where it was thrown is logged instead.
 */
export const errorFields = (error: unknown): Pick<LogFields, 'errorName' | 'serviceStatus' | 'detail'> => {
  const fields = describeError(error);
  const isConstant =
    error instanceof PermanentError || error instanceof TemporaryError || error instanceof TwilioApiError;
  return { ...fields, detail: isConstant ? error.message : placeOf(error) };
};

const placeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  // Code may have given both another type.
  const { stack, message }: { readonly stack?: unknown; readonly message: unknown } = error;
  if (typeof stack !== 'string' || typeof message !== 'string') return undefined;
  // The stack begins with the message, which may have lines that look like stack frames.
  const frames = stack.slice(stack.indexOf(message) + message.length);
  const [, file, line] = /^ +at .*?\(?([^\s()]+):(\d+):\d+\)?$/m.exec(frames) ?? [];
  return file === undefined ? undefined : `thrown at ${basename(file)}:${line ?? ''}`;
};
