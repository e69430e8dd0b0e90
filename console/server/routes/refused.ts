import type { RefusedList, RefusedRequest } from '../../api';
import { textIn } from '../../../cli/json-fields';
import type { ConsoleParts } from '../console-parts';
import { readRejections } from '../cloudwatch/rejections';
import { notFound } from '../http/api-problem';
import { ask, json, read, type Route } from '../http/route';
import { explainCapture, explainText } from '../views/explanation';
import { refusedSummary, shownRequest } from '../views/refused';

/** Of a pasted request: a HAR file has all that a page loaded. */
const maxPastedBytes = 4 * 1024 * 1024;

/** What was refused, and why. A deployed stage keeps no refused request, only counts. */
export const refusedRoutes = ({ gateway }: ConsoleParts): readonly Route[] => [
  read('/api/refused', async () => {
    const { monitor } = gateway;
    const list: RefusedList =
      monitor === undefined
        ? { requests: [], reasons: await readRejections(await gateway.backend()), period: 'in the last hour' }
        : {
            requests: monitor.refused().map(refusedSummary),
            reasons: monitor.counts().refused,
            period: 'since the start',
          };
    return json(list);
  }),
  read('/api/refused/:id', async ({ params: { id } }) => {
    const refused = gateway.monitor?.refused().find((request) => request.id === id);
    if (refused === undefined) throw notFound('This request is no longer kept: the gateway keeps the last 200.');
    const request: RefusedRequest = {
      ...refusedSummary(refused),
      ...shownRequest(refused),
      verdict: await explainCapture(refused, gateway),
    };
    return json(request);
  }),
  ask('/api/explain', async ({ body }) => json(await explainText(textIn(body, 'request') ?? '', gateway)), {
    maxBodyBytes: maxPastedBytes,
  }),
];
