import { CliError } from '../../../cli/terminal/cli-error';
import { describeFailure } from '../../../cli/terminal/failure';
import type { ApiError } from '../../api';

/** An answer that is not 2xx: a value of the API, thrown so that a route can end anywhere. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const notFound = (message: string): ApiProblem => new ApiProblem(404, 'not_found', message);

export const invalid = (message: string): ApiProblem => new ApiProblem(400, 'invalid', message);

export const apiError = ({ reason, message }: Pick<ApiProblem, 'reason' | 'message'>): ApiError => ({
  error: { reason, message },
});

/** Whether the CLI has no sentence for the error: it comes neither from this project nor from the network or AWS. */
const isUnexpected = (text: string): boolean => text.startsWith('Unexpected error');

/**
 * The answer for anything thrown: the sentences that the CLI prints, without a stack.
 * @param onUnexpected gets an error that is a mistake of this program
 */
export const problemOf = (error: unknown, onUnexpected: (error: unknown) => void): ApiProblem => {
  if (error instanceof ApiProblem) return error;
  const { text } = describeFailure(error, new AbortController().signal);
  if (error instanceof CliError) {
    return error.exitCode === 2 ? invalid(text) : new ApiProblem(502, 'failed', text);
  }
  if (!isUnexpected(text)) return new ApiProblem(502, 'failed', text);
  onUnexpected(error);
  return new ApiProblem(500, 'unexpected', 'Unexpected error. The terminal of the console has the details.');
};
