import type { Colors } from 'picocolors/types';
import { hideTokens } from '../terminal/reject-secrets-in-argv';
import { jsonText, terminalText } from '../terminal/terminal-text';
import type { Finding } from './findings/findings';

/**
 * The result of `explain`. Names, addresses and constant text only: no value of the request, no token, no signature.
 */
export interface Report {
  /** `incomplete`: a log line alone cannot be verified. `unknown`: no near miss matches. */
  readonly verdict: 'genuine' | 'cause' | 'unknown' | 'incomplete';
  readonly causes: readonly Finding[];
  readonly notes: readonly Finding[];
  /** Null where it is unknown. */
  readonly gatewayAnswer: { readonly status: number; readonly reason: string } | null;
  readonly request: {
    readonly source: string;
    readonly method: string | null;
    readonly route: string;
    readonly bytes: number | null;
    /** Names of the form's parameters. */
    readonly parameters: readonly string[];
  };
  /** `signatures`: compared in addition to the gateway's own. */
  readonly checked: { readonly signatures: number; readonly tokens: number; readonly isComplete: boolean };
  /** Inputs that would give a fuller report. */
  readonly missing: readonly string[];
}

const headlines: Readonly<Record<Report['verdict'], string>> = {
  genuine: 'Genuine: the gateway accepts the request.',
  cause: 'Found the cause.',
  unknown: 'Found no cause: no near miss matches the signature.',
  incomplete: 'Not verified: the log line alone does not contain enough.',
};

/** The verdict in a sentence. */
export const headline = (verdict: Report['verdict']): string => headlines[verdict];

const findingText = (label: string, { id, title, explanation, fix }: Finding, paint: Colors): string =>
  [
    `${paint.bold(`${label}: ${terminalText(title)}`)} ${paint.dim(`(${id})`)}`,
    `  ${terminalText(explanation)}`,
    `  ${paint.bold('Fix:')} ${terminalText(fix)}`,
  ].join('\n');

/** The report as text. */
export const reportText = (report: Report, paint: Colors): string => {
  const { verdict, causes, notes, gatewayAnswer, request, checked, missing } = report;
  const colour = verdict === 'genuine' ? paint.green : paint.red;
  const answer =
    gatewayAnswer === null
      ? []
      : [`The gateway answers ${gatewayAnswer.status} (${gatewayAnswer.reason}) to the request as it was captured.`];
  const keys = `${checked.tokens} ${checked.tokens === 1 ? 'token' : 'tokens'}`;
  const work =
    checked.signatures === 0
      ? `Checked with ${keys}, offline.`
      : `Compared ${checked.signatures} signatures with ${keys}, offline` +
        (checked.isComplete ? '.' : '; the search ended at its limit.');
  const facts = [
    `Request: ${request.method ?? 'method unknown'} to /${request.route}, ` +
      `${request.bytes ?? '?'} bytes, from ${request.source}`,
    ...(request.parameters.length === 0 ? [] : [`Parameters: ${request.parameters.join(', ')}`]),
    work,
    ...missing.map((what) => `Missing: ${what}`),
  ];
  return [
    [colour(headline(verdict)), ...answer].join('\n'),
    ...causes.map((finding) => findingText('Cause', finding, paint)),
    ...notes.map((finding) => findingText('Note', finding, paint)),
    facts.map(terminalText).join('\n'),
  ].join('\n\n');
};

/** The report as JSON. */
export const reportJson = (report: Report): string => jsonText(report);

/** A last safeguard: removes the secrets, should any have got into the text. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= 8)
    .reduce((safe, secret) => safe.replaceAll(secret, '[hidden]'), hideTokens(text));
