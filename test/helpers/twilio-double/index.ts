/**
 * A double of Twilio's REST API on loopback, validated by Twilio's own OpenAPI descriptions.
 *
 *     const double = await startTwilioDouble();
 *     const main = double.addAccount();
 *     const sub = double.addAccount({ ownerAccountSid: main.sid });
 *     const number = double.addPhoneNumber(main.sid, '+15550100002', { sms_url: 'https://elsewhere.example/sms' });
 *     // TWILIO_API_BASE_URL=double.url
 *     // credentials: main.sid and main.authToken, or an API key of double.addApiKey(main.sid)
 *     double.inject({ kind: 'status', status: 429 }, { writes: true, nth: 3 });
 *     …
 *     expect(double.invalidRequests).toEqual([]);   // what our client sent fits Twilio's description
 *     double.validatedRequests                      // how many did
 *     await double.close();
 *
 * - The descriptions are reduced to facts in `test/fixtures/twilio-api`; `update-descriptions.ts` writes them.
 * - A client is redirected by path prefix, `<double.url>/api.twilio.com/2010-04-01/…`, or by the Host header. It
 *   implements api.twilio.com (accounts, incoming phone numbers, calls, messages and their media, usage triggers and
 *   records), messaging.twilio.com (services) and accounts.twilio.com (secondary Auth Token, promotion).
 * - Every request is checked: path, method, path, query and form parameters (unknown ones are refused), their types and
 *   patterns, form encoding, Basic authentication. Answers are checked as well: a double with wrong answers proves
 *   nothing.
 * - `state` holds everything by SID, in the form of Twilio's answers; tests may change it. A promoted token invalidates
 *   the old one at once; suspension leaves live calls alone; a standard API key cannot touch accounts and tokens.
 * - `inject` makes the nth matching request fail, or one of every n: an error status, a hang, or done with the answer
 *   lost. `state.listLagMs` makes messages appear in their list late.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiError, type ApiAnswer } from './answers';
import { validateRequest, type RecordedRequest } from './api';
import { createFaultPlan, type FaultPlan } from './faults';
import { readApiRequest } from './request';
import { createSeeds, createState, type TwilioSeeds, type TwilioState } from './state';

export interface TwilioDouble extends TwilioSeeds {
  /** The value for TWILIO_API_BASE_URL, without a slash at the end. */
  readonly url: string;
  readonly state: TwilioState;
  /** Everything that came, in order. */
  readonly requests: readonly RecordedRequest[];
  /** Those that change something, in order. */
  readonly writes: readonly RecordedRequest[];
  readonly validatedRequests: number;
  readonly invalidRequests: readonly RecordedRequest[];
  readonly inject: FaultPlan['inject'];
  readonly clearFaults: FaultPlan['clear'];
  close(): Promise<void>;
}

const send = (outgoing: ServerResponse, { status, body }: ApiAnswer): void => {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
};

export const startTwilioDouble = async (): Promise<TwilioDouble> => {
  const state = createState();
  const faults = createFaultPlan();
  const requests: RecordedRequest[] = [];

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readApiRequest(incoming);
    if (request === undefined) {
      const { method = '', url: path = '' } = incoming;
      const violations = ['no host of the API in the path or the Host header'];
      requests.push({ method, host: '', path, query: '', operationId: null, form: {}, violations });
      send(outgoing, apiError(404, 20404, 'The requested resource was not found'));
      return;
    }
    const { recorded, perform } = await validateRequest(state, request);
    requests.push(recorded);
    const fault = faults.next(recorded.operationId ?? '', recorded.method);
    switch (fault?.kind) {
      case 'hang':
        return;
      case 'status':
        send(outgoing, apiError(fault.status, fault.code ?? (fault.status === 429 ? 20429 : 20500), 'Injected'));
        return;
      case 'drop-after-commit':
        perform();
        incoming.socket.resetAndDestroy();
        return;
      case undefined:
        send(outgoing, perform());
    }
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      // A bug of the double must fail the test, even if the client ignores the answer.
      const violations = [error instanceof Error ? error.message : 'unknown fault'];
      const { method = '', url: path = '' } = incoming;
      requests.push({ method, host: '', path, query: '', operationId: null, form: {}, violations });
      send(outgoing, apiError(500, 20500, violations.join()));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server on a port has an AddressInfo.
  const { port } = server.address() as AddressInfo;

  return {
    ...createSeeds(state),
    url: `http://127.0.0.1:${port}`,
    state,
    requests,
    get writes() {
      return requests.filter(({ method }) => method !== 'GET');
    },
    get validatedRequests() {
      return requests.filter(({ violations }) => violations.length === 0).length;
    },
    get invalidRequests() {
      return requests.filter(({ violations }) => violations.length > 0);
    },
    inject: faults.inject,
    clearFaults: faults.clear,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
