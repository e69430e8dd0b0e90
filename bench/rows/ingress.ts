import { ingressEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { drive, postRequest } from '../load';
import { startProgram, type RunningProgram } from '../processes';
import { interleave, ratios, sample } from '../sampling';
import { encodeForm, forgedSignature, signed, smsForm } from '../webhooks';
import type { Row } from './bench';

type Server = RunningProgram<{ readonly port: number }>;
type Kind = 'accept' | 'reject';

const connections = 32;

const requests = (kind: Kind): readonly Buffer[] =>
  Array.from({ length: 500 }, () => {
    const form = smsForm();
    const signature = kind === 'accept' ? signed(form) : forgedSignature;
    return postRequest('/prod/messages', encodeForm(form), { 'x-twilio-signature': signature });
  });

/**
 * CPU of an accepted and of a forged webhook, in the ingress bundle and in Express, both served over HTTP with the
 * same queue.
 */
export const acceptAndReject: Row = async ({ programs, aws, quick }) => {
  const environment = ingressEnvironment(aws.ready.http);
  const ours: Server = await startProgram(programs.file('programs/function-server'), environment, [
    programs.file('ingress'),
  ]);
  const express: Server = await startProgram(programs.file('peers/express-server'), environment);
  /** @returns microseconds of CPU of the server for each request */
  const send = async (server: Server, kind: Kind, pool: readonly Buffer[], count: number): Promise<number> => {
    const before = await server.call<number>('cpu');
    const expectedStatus = kind === 'accept' ? 200 : 403;
    await drive({ port: server.ready.port, requests: pool, count, connections, expectedStatus });
    return ((await server.call<number>('cpu')) - before) / count;
  };
  const measure = async (kind: Kind, warmUp: number, count: number) => {
    const pool = requests(kind);
    for (const server of [ours, express]) await send(server, kind, pool, warmUp);
    return interleave(
      {
        ours: () => send(ours, kind, pool, count),
        express: () => send(express, kind, pool, count),
      },
      quick ? 3 : 11,
    );
  };
  try {
    // A long warm-up: both programs still get faster after thousands of requests.
    const accept = await measure('accept', quick ? 500 : 20_000, quick ? 200 : 2_000);
    const reject = await measure('reject', quick ? 500 : 20_000, quick ? 200 : 2_000);
    const note = (values: typeof accept): string =>
      `ours ${sample(values.ours).median.toFixed(0)} µs, Express ${sample(values.express).median.toFixed(0)} µs of CPU`;
    return [
      figure(
        'accept',
        'CPU, relative to Express 5 + twilio.webhook() + SQS',
        ratios(accept.ours, accept.express),
        '×',
        {
          goal: atMost(0.75),
          note: note(accept),
        },
      ),
      figure('reject', 'CPU, relative to Express 5 + twilio.webhook()', ratios(reject.ours, reject.express), '×', {
        goal: atMost(0.8),
        note: note(reject),
      }),
      // Without a goal: it grows when an accepted webhook costs less.
      figure('reject', 'CPU, relative to our accept', ratios(reject.ours, accept.ours), '×'),
    ];
  } finally {
    await Promise.all([ours.stop(), express.stop()]);
  }
};
