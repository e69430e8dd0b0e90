import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { credentialHints } from '../shared/credentials/credential-hints';
import type { Credentials } from '../shared/credentials/credentials';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import type { Log, LogFields, LogLevel } from '../shared/runtime/ports';
import { presentedSignature, signatureSettingsHeader, signedUrl } from '../shared/signature/signature';
import { findSigner, type Signer, type SignerRejection, type SignerResult } from '../shared/signature/find-signer';
import { readHandshake, type ConnectEvent, type Handshake } from './request';
import { signedUrls, type QueryParameters } from './signed-urls';

export interface AuthorizerPorts {
  readonly credentials: Credentials;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface AuthorizerOptions {
  /** As in the TwiML, without a query. */
  readonly webSocketUrl: string;
  /** For commands in log details. */
  readonly stageName: string;
  /** @default 4100 */
  readonly deadlineMs?: number;
}

/** The reasons are codes of the log contract. */
interface HandshakeRejection extends Omit<SignerRejection, 'reason'> {
  readonly reason:
    SignerRejection['reason'] | 'signature_missing' | 'malformed_request' | 'internal_error' | 'payload_too_large';
}
type Outcome = { readonly signer: Signer } | { readonly rejection: HandshakeRejection };

const defaultDeadlineMs = 4_100;
/** Each costs work for the HMAC, and Twilio's `<Stream>` sends no query at all. */
const maxQueryParameters = 64;

/**
 * Allows a WebSocket handshake if one of the accounts' tokens signed its URL, else denies it, also after an error: API
 * Gateway would answer a thrown one with a 500 without a reason. Never rejects. Logs one line with the reason for each
 * handshake.
 */
export const authorize = async (
  event: ConnectEvent,
  { credentials, log, now }: AuthorizerPorts,
  options: AuthorizerOptions,
): Promise<APIGatewayAuthorizerResult> => {
  const startedAt = now();
  let handshake: Handshake | undefined;
  let outcome: Outcome;
  try {
    handshake = readHandshake(event);
    outcome = await checkHandshake(handshake, credentials, options);
    await credentials.finishReads();
  } catch (error) {
    // An error's message may quote its input, so only its name is kept.
    const errorName = error instanceof Error ? error.name : typeof error;
    outcome = { rejection: { reason: 'internal_error', errorName } };
  }
  const { level, fields } = lineOf(outcome, options.stageName);
  log(level, {
    requestId: handshake?.requestId,
    route: '$connect',
    durationMs: now() - startedAt,
    sourceIp: handshake?.sourceIp,
    userAgent: handshake?.header('user-agent'),
    ...fields,
  });
  return answerTo(outcome, event.methodArn);
};

const checkHandshake = async (
  handshake: Handshake,
  credentials: Credentials,
  { webSocketUrl, deadlineMs = defaultDeadlineMs }: AuthorizerOptions,
): Promise<Outcome> => {
  const header = handshake.header('x-twilio-signature') ?? '';
  if (header === '') return reject('signature_missing');
  const presented = presentedSignature(header, handshake.header(signatureSettingsHeader));
  if (presented === undefined) {
    return reject(
      'signature_mismatch',
      'the header is not the base64 of 20 or 32 bytes, or the settings header names another algorithm',
    );
  }
  const unusable = checkQuery(handshake.query);
  if (unusable !== undefined) return unusable;
  const contents = signedUrls(webSocketUrl, handshake.query).map(signedUrl);
  return withDeadline<SignerResult>(deadlineMs, (signal) =>
    // A handshake names no account.
    raceDeadline(signal, findSigner(credentials, presented, contents, { kind: 'any' }), () => ({
      rejection: { reason: 'credentials_unavailable', detail: 'no secret was read in time' },
    })),
  );
};

const reject = (reason: HandshakeRejection['reason'], detail?: string): { readonly rejection: HandshakeRejection } => ({
  rejection: { reason, detail },
});

const checkQuery = (query: QueryParameters): { readonly rejection: HandshakeRejection } | undefined => {
  if (query.length > maxQueryParameters) return reject('payload_too_large', 'too many query parameters');
  // Half of a surrogate pair cannot be in a URL.
  return query.flat().every((text) => Buffer.from(text).toString() === text)
    ? undefined
    : reject('malformed_request', 'a query parameter is not Unicode text');
};

const warnings: readonly HandshakeRejection['reason'][] = [
  'signature_missing',
  'signature_mismatch',
  'payload_too_large',
];

const lineOf = (outcome: Outcome, stageName: string): { readonly level: LogLevel; readonly fields: LogFields } => {
  if ('signer' in outcome) {
    const { accountSid, tokenSlot, stale } = outcome.signer;
    return {
      level: 'info',
      fields: { reason: 'accepted', account: accountSid.slice(-6), tokenSlot, staleSecret: stale },
    };
  }
  const { rejection } = outcome;
  const { reason } = rejection;
  const hint = (credentialHints as Readonly<Partial<Record<string, string>>>)[reason];
  const detail = [rejection.detail, hint?.replace('<stage>', stageName)].filter(Boolean).join(': ');
  return {
    level: warnings.includes(reason) ? 'warn' : 'error',
    fields: { ...rejection, detail: detail === '' ? undefined : detail },
  };
};

/** Only the integrations see the account: as `requestContext.authorizer.accountSid`. */
const answerTo = (outcome: Outcome, methodArn: string): APIGatewayAuthorizerResult => {
  const signer = 'signer' in outcome ? outcome.signer : undefined;
  return {
    principalId: signer?.accountSid ?? 'unverified',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: signer === undefined ? 'Deny' : 'Allow',
          Resource: methodArn,
        },
      ],
    },
    ...(signer === undefined ? {} : { context: { accountSid: signer.accountSid } }),
  };
};
