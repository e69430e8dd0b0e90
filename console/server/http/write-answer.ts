import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { apiError, type ApiProblem } from './api-problem';
import type { RouteAnswer } from './route';

const jsonType = 'application/json; charset=utf-8';

export const writeProblem = (response: ServerResponse, problem: ApiProblem): void => {
  if (response.headersSent) {
    // The stream's status is already sent: only its end can show the problem.
    response.destroy();
    return;
  }
  response
    .writeHead(problem.status, { 'content-type': jsonType, ...problem.headers })
    .end(JSON.stringify(apiError(problem)));
};

/** @param signal ends a stream of lines */
export const writeAnswer = async (
  response: ServerResponse,
  answer: RouteAnswer,
  signal: AbortSignal,
): Promise<void> => {
  switch (answer.kind) {
    case 'json':
      response.writeHead(200, { 'content-type': jsonType }).end(JSON.stringify(answer.value));
      return;
    case 'bytes':
      response.writeHead(200, { ...answer.headers, 'content-length': answer.bytes.length }).end(answer.bytes);
      return;
    case 'lines':
      response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
      for await (const value of answer.values(signal)) {
        if (signal.aborted) break;
        // A page that reads slowly makes the source wait, not the memory grow.
        if (!response.write(`${JSON.stringify(value)}\n`)) await once(response, 'drain', { signal }).catch(() => []);
      }
      response.end();
  }
};
