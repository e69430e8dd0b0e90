import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { credentialRemedies } from '../shared/credentials/credential-hints';
import type { Credentials } from '../shared/credentials/credentials';
import { raceDeadline, withDeadline } from '../shared/runtime/deadline';
import type { Log, LogFields, LogLevel } from '../shared/runtime/ports';
import { presentedSignature, signatureSettingsHeader, signedUrl } from '../shared/signature/signature';
import { createVerify, type Unverified, type Verdict, type Verified } from '../shared/signature/find-signer';
import { readHandshake, type ConnectEvent, type Handshake } from './request';
import { signedUrls, type QueryParameters } from './signed-urls';

export interface AuthorizerPorts {
  readonly credentials: Credentials;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface AuthorizerOptions {
  /** As it stands in the TwiML, without a query. */
  readonly webSocketUrl: string;
  /** For what an operator is told to run. */
  readonly stageName: string;
  /** @default 4100 */
  readonly deadlineMs?: number;
}

export type Authorizer = (event: ConnectEvent) => Promise<APIGatewayAuthorizerResult>;

/** Codes of the log contract. */
interface Denial extends Omit<Unverified, 'reason'> {
  readonly reason:
    Unverified['reason'] | 'signature_missing' | 'malformed_request' | 'internal_error' | 'payload_too_large';
}
type Outcome = { readonly verified: Verified } | { readonly rejection: Denial };

const defaultDeadlineMs = 4_100;
/** Twilio's `<Stream>` has no query at all; whoever sends more wants work for an HMAC each. */
const maxQueryParameters = 64;

/**
 * Allows a WebSocket handshake when one of the accounts' tokens signed its URL. Everything else is denied, faults included: a
 * thrown error would be a 500 that nobody can read. Never rejects; one log line each, where the reason is.
 */
export const createAuthorizer = (ports: AuthorizerPorts, options: AuthorizerOptions): Authorizer => {
  const { credentials, log, now } = ports;
  const verify = createVerify(credentials);

  const judge = async (handshake: Handshake): Promise<Outcome> => {
    const header = handshake.header('x-twilio-signature') ?? '';
    if (header === '') return deny('signature_missing');
    const presented = presentedSignature(header, handshake.header(signatureSettingsHeader));
    if (presented === undefined) {
      return deny(
        'signature_mismatch',
        'the header is not the base64 of 20 or 32 bytes, or its settings differ',
      );
    }
    const unusable = checkQuery(handshake.query);
    if (unusable !== undefined) return unusable;
    const contents = signedUrls(options.webSocketUrl, handshake.query).map(signedUrl);
    return withDeadline<Verdict>(options.deadlineMs ?? defaultDeadlineMs, (signal) =>
      // A handshake names no account.
      raceDeadline(signal, verify(presented, contents, { kind: 'any' }), () => ({
        rejection: { reason: 'credentials_unavailable', detail: 'no secret was read in time' },
      })),
    );
  };

  return async (event) => {
    const startedAt = now();
    let handshake: Handshake | undefined;
    let outcome: Outcome;
    try {
      handshake = readHandshake(event);
      outcome = await judge(handshake);
      await credentials.settle();
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
};

const deny = (reason: Denial['reason'], detail?: string): { readonly rejection: Denial } => ({
  rejection: { reason, detail },
});

const checkQuery = (query: QueryParameters): { readonly rejection: Denial } | undefined => {
  if (query.length > maxQueryParameters) return deny('payload_too_large', 'too many query parameters');
  // Half of a surrogate pair comes of no URL, and cannot be written into one.
  return query.flat().every((text) => Buffer.from(text).toString() === text)
    ? undefined
    : deny('malformed_request', 'a query parameter is no Unicode text');
};

const warnings: readonly Denial['reason'][] = [
  'signature_missing',
  'signature_mismatch',
  'payload_too_large',
];

const lineOf = (
  outcome: Outcome,
  stageName: string,
): { readonly level: LogLevel; readonly fields: LogFields } => {
  if ('verified' in outcome) {
    const { accountSid, tokenSlot, stale } = outcome.verified;
    return {
      level: 'info',
      fields: { reason: 'accepted', account: accountSid.slice(-6), tokenSlot, staleSecret: stale },
    };
  }
  const { rejection } = outcome;
  const { reason } = rejection;
  const remedy = (credentialRemedies as Readonly<Partial<Record<string, string>>>)[reason];
  const detail = [rejection.detail, remedy?.replace('<stage>', stageName)].filter(Boolean).join(': ');
  return {
    level: warnings.includes(reason) ? 'warn' : 'error',
    fields: { ...rejection, detail: detail === '' ? undefined : detail },
  };
};

/** The account goes to the integrations as `requestContext.authorizer.accountSid`, and to them alone. */
const answerTo = (outcome: Outcome, methodArn: string): APIGatewayAuthorizerResult => {
  const verified = 'verified' in outcome ? outcome.verified : undefined;
  return {
    principalId: verified?.accountSid ?? 'unverified',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: verified === undefined ? 'Deny' : 'Allow',
          Resource: methodArn,
        },
      ],
    },
    ...(verified === undefined ? {} : { context: { accountSid: verified.accountSid } }),
  };
};
