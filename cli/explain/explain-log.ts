import type { RouteName } from '../../lambda/shared/contract/routes';
import type { Capture } from './capture/capture';
import { explainRequest } from './explain-request';
import type { Finding } from './findings/findings';
import { logFinding, logNotes } from './log/log-findings';
import type { LogLine } from './log/log-line';
import type { Gateway } from './gateway/question';
import type { Report } from './report';
import { addressOf } from './capture/url-parts';

/** Inputs that a log line does not contain and the operator adds. */
export interface Complements {
  readonly body?: Buffer | undefined;
  readonly signature?: string | undefined;
  /** Without `?`. */
  readonly query?: string | undefined;
  readonly contentType?: string | undefined;
}

const otherBody = (given: number, logged: number): Finding => ({
  id: 'other-body',
  title: 'the body does not belong to the log line',
  explanation: `The log line has ${logged} bytes, the body ${given}.`,
  fix: 'Pass the raw body of exactly this request with --body.',
});

const noQuery: Finding = {
  id: 'query-assumed-empty',
  title: 'no query was given',
  explanation: 'A log line has no query, so the request was explained without one.',
  fix: 'If its URL had a query, pass it with --query, byte for byte.',
};

const missingOf = ({ body, signature, query }: Complements): readonly string[] => [
  ...(signature === undefined ? ['the X-Twilio-Signature (--signature)'] : []),
  ...(body === undefined ? ['the raw body (--body)'] : []),
  ...(query === undefined ? ['the query, if its URL had one (--query)'] : []),
];

const noAddress = { scheme: '', userinfo: '', host: '', port: '', path: '', fragment: '' };

const captureOf = (line: LogLine, body: Buffer, signature: string, given: Complements): Capture => {
  const isJson = /^\s*[{[]/.test(body.toString('latin1', 0, 100));
  const assumed = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  return {
    source: 'log',
    method: line.method ?? 'POST',
    url: { ...noAddress, query: given.query },
    headers: [
      ['x-twilio-signature', signature],
      ...(body.length === 0 ? [] : [['content-type', given.contentType ?? assumed] as const]),
    ],
    body,
  };
};

/** Explains a log line of ingress: with body and signature like any request, without them by its reason. */
export const explainLog = async (
  line: LogLine,
  route: RouteName,
  given: Complements,
  gateway: Gateway,
): Promise<Report> => {
  const { body, signature, query } = given;
  const differs = body !== undefined && line.bytes !== undefined && line.bytes !== body.length;
  const notes = differs ? [otherBody(body.length, line.bytes)] : [];
  if (body !== undefined && signature !== undefined) {
    const capture = captureOf(line, body, signature, given);
    const report = await explainRequest(capture, route, gateway, [...notes, ...(query === undefined ? [noQuery] : [])]);
    return { ...report, missing: query === undefined ? missingOf(given) : [] };
  }
  const wording = { url: addressOf(gateway.configured), stageOption: gateway.stageOption };
  return {
    verdict: 'incomplete',
    causes: [logFinding(line, wording)],
    notes: [...notes, ...logNotes(line, wording)],
    gatewayAnswer: line.status === undefined ? null : { status: line.status, reason: line.reason },
    request: {
      source: 'log',
      method: line.method !== undefined && /^[A-Za-z]{1,20}$/.test(line.method) ? line.method : null,
      route,
      bytes: line.bytes ?? null,
      parameters: [],
    },
    checked: { signatures: 0, tokens: 0, isComplete: true },
    missing: missingOf(given),
  };
};
