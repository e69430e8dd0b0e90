import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { answerWebhook, type IngressOptions, type IngressPorts } from '../../../lambda/ingress/ingress';
import type { Publication, Publisher, ReplyFunction } from '../../../lambda/ingress/ports';
import { createRejectionLogSampling } from '../../../lambda/ingress/rejection-log-sampling';
import type { ReplyTo } from '../../../lambda/ingress/static-reply';
import type { AccountSecret } from '../../../lambda/shared/credentials/account-secret';
import type {
  AccountSecretSource,
  CredentialFailure,
  SecretDescription,
  VersionRead,
} from '../../../lambda/shared/credentials/account-secret-source';
import { createCredentials } from '../../../lambda/shared/credentials/credentials';
import { decodeEnvelope, type Envelope } from '../../../lambda/shared/payload/envelope';
import type { MetricName } from '../../../lambda/shared/contract/metric-names';
import type { LogFields, LogLevel } from '../../../lambda/shared/runtime/ports';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import { createBasicAuth, type BasicAuthSource } from '../../../lambda/shared/webhook/basic-auth';

export const accountA = `AC${'a'.repeat(32)}`;
export const accountB = `AC${'b'.repeat(32)}`;
export const tokenA = 'token-of-account-a';
export const tokenB = 'token-of-account-b';
export const messageSid = `SM${'1'.repeat(32)}`;
export const baseUrl = 'https://hooks.example/dev';

export type Fields = Readonly<Record<string, string | readonly string[]>>;

export const sms: Fields = {
  ApiVersion: '2010-04-01',
  AccountSid: accountA,
  MessageSid: messageSid,
  From: '+15550100001',
  To: '+15550100002',
  Body: 'hello',
  NumMedia: '0',
  FromCity: '',
};
export const status: Fields = {
  AccountSid: accountA,
  MessageSid: messageSid,
  MessageStatus: 'delivered',
  From: '+15550100001',
  To: '+15550100002',
};
export const usage: Fields = {
  AccountSid: accountA,
  UsageTriggerSid: `UT${'2'.repeat(32)}`,
  IdempotencyToken: `${accountA}-FIRES-UT${'2'.repeat(32)}-2026-01-31`,
  CurrentValue: '51',
  TriggerValue: '50',
  DateFired: 'Sat, 31 Jan 2026 10:00:00 +0000',
};
export const debuggerEvent: Fields = { AccountSid: accountA, Sid: `NO${'3'.repeat(32)}`, Level: 'ERROR' };

export const encodeForm = (fields: Fields): string => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of [value].flat()) form.append(name, item);
  }
  return form.toString();
};

/** Signs with Twilio's own function: the oracle, not our wrapper. */
export const twilioSignature = (token: string, url: string, fields: Fields = {}): string =>
  getExpectedTwilioSignature(token, url, fields as Record<string, string | string[]>);

export interface WebhookInput {
  readonly route?: RouteName;
  readonly fields?: Fields;
  readonly token?: string;
  /** Verbatim, without `?`. */
  readonly query?: string;
  /** Replaces the encoded fields; signed are the fields. */
  readonly rawBody?: string | Buffer;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly base64?: boolean;
}

/** An event as API Gateway sends it: by default the genuine SMS, signed with account A's token. */
export const webhookEvent = (input: WebhookInput = {}): APIGatewayProxyEventV2 => {
  const { route = 'messages', fields = sms, token = tokenA, query = '', base64 = true } = input;
  const url = `${baseUrl}/${route}${query === '' ? '' : `?${query}`}`;
  const body = Buffer.from(input.rawBody ?? encodeForm(fields));
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': twilioSignature(token, url, fields),
    'user-agent': 'TwilioProxy/1.1',
    host: 'abc.execute-api.eu-west-1.amazonaws.com',
    ...input.headers,
  };
  return {
    version: '2.0',
    routeKey: `ANY /${route}`,
    rawPath: `/dev/${route}`,
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      domainName: 'abc.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abc',
      http: {
        method: input.method ?? 'POST',
        path: `/dev/${route}`,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.7',
        userAgent: 'TwilioProxy/1.1',
      },
      requestId: 'request-1',
      routeKey: `ANY /${route}`,
      stage: 'dev',
      time: '31/Jan/2026:10:00:00 +0000',
      timeEpoch: 1_769_853_600_000,
    },
    ...(body.length === 0 ? {} : { body: base64 ? body.toString('base64') : body.toString('utf8') }),
    isBase64Encoded: base64 && body.length > 0,
  };
};

interface FakeAlternates {
  readonly pending?: AccountSecret;
  readonly previous?: AccountSecret;
  readonly previousUntil: number;
}

/** What Secrets Manager would hold for one account. */
export interface FakeSecret {
  current: AccountSecret | CredentialFailure | 'hangs' | 'throws';
  /** A failure is that of the version under AWSPENDING. */
  alternates: FakeAlternates | CredentialFailure | 'hangs';
}

export const noAlternates: FakeAlternates = { previousUntil: 0 };

/**
 * Secrets Manager with its versions: equal ids are equal content, and a version stays readable when its label has
 * moved.
 */
export const createFakeSource = (
  secrets: Record<string, FakeSecret>,
  onTheWay: () => Promise<void> = () => Promise.resolve(),
) => {
  const reads: string[] = [];
  const secretOf = (arn: string): FakeSecret => {
    const secret = secrets[arn];
    if (secret === undefined) throw new Error(`the test has no secret ${arn}`);
    return secret;
  };
  const never = <T>() => new Promise<T>(() => undefined);
  const idOf = (content: AccountSecret | CredentialFailure) =>
    'authToken' in content ? content.authToken : content.reason;
  const contents = new Map<string, VersionRead>();
  const labelled = (content: AccountSecret | CredentialFailure | undefined): string | undefined => {
    if (content === undefined) return undefined;
    const id = idOf(content);
    contents.set(id, versionOf(content));
    return id;
  };
  const source: AccountSecretSource = {
    describe: async (arn) => {
      reads.push(`describe ${arn}`);
      const { current, alternates } = secretOf(arn);
      let description: SecretDescription | 'throws' | 'hangs';
      if (current === 'hangs' || current === 'throws') description = current;
      // The whole service fails, or the whole secret is gone; a placeholder or an invalid value is the content of a
      // version.
      else if ('reason' in current && /missing|denied|unavailable/.test(current.reason)) {
        description = { kind: 'failure', failure: current };
      } else {
        const others =
          alternates === 'hangs'
            ? { pending: 'hangs' }
            : 'reason' in alternates
              ? { pending: labelled(alternates) }
              : { pending: labelled(alternates.pending), previous: labelled(alternates.previous) };
        const ids = {
          AWSCURRENT: labelled(current),
          AWSPENDING: others.pending,
          AWSPREVIOUS: others.previous,
        };
        description = {
          kind: 'ok',
          versionIds: Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined)),
          previousUntil: typeof alternates === 'object' && 'previousUntil' in alternates ? alternates.previousUntil : 0,
        };
      }
      await onTheWay();
      if (description === 'hangs') return never();
      if (description === 'throws') throw new TypeError('a message that quotes a secret');
      return description;
    },
    version: async (arn, id) => {
      reads.push(`version ${id} of ${arn}`);
      await onTheWay();
      return id === 'hangs' ? never() : (contents.get(id) ?? { kind: 'missing' });
    },
  };
  return { source, reads, secrets };
};

const versionOf = (content: AccountSecret | CredentialFailure): VersionRead => {
  if ('authToken' in content) return { kind: 'ok', secret: content };
  switch (content.reason) {
    case 'placeholder':
      return { kind: 'placeholder' };
    case 'invalid':
      return { kind: 'invalid', detail: 'it is invalid' };
    case 'missing':
    case 'denied':
    case 'unavailable':
      return { kind: 'failure', failure: content };
  }
};

export interface LogLine {
  readonly level: LogLevel;
  readonly fields: LogFields;
}

/** A queue that keeps what it took. */
const keeping = (taken: Publication[], publish: Publisher['publish']): Publisher => ({
  publish: async (publication, signal) => {
    const outcome = await publish(publication, signal);
    if (outcome.kind === 'ok') taken.push(publication);
    return outcome;
  },
});

/** Ingress with fakes for all its ports and a fixed clock. */
export const createTestIngress = (
  secrets: Record<string, FakeSecret> = {
    a: { current: { accountSid: accountA, authToken: tokenA }, alternates: noAlternates },
  },
  options: {
    readonly publish?: Publisher['publish'];
    /** Of the breaker's queue; without it the stage has no breaker. */
    readonly publishToBreaker?: Publisher['publish'];
    readonly deadlineMs?: number;
    readonly readTimeoutMs?: number;
    /** What an answer of Secrets Manager takes. @default no time */
    readonly onTheWay?: () => Promise<void>;
    readonly log?: (line: LogLine) => void;
    readonly basicAuth?: BasicAuthSource;
    readonly replyTo?: ReplyTo;
    readonly replyFunction?: ReplyFunction;
    /** Of the stage. */
    readonly stage?: Partial<IngressOptions>;
  } = {},
) => {
  const clock = { now: Date.parse('2026-01-31T10:00:00.000Z') };
  const now = () => clock.now;
  const fakeSource = createFakeSource(secrets, options.onTheWay);
  const published: Publication[] = [];
  const toBreaker: Publication[] = [];
  const lines: LogLine[] = [];
  const counts: Partial<Record<MetricName, number>> = {};
  const cached = { ttlMs: 300_000, maxStaleMs: 86_400_000, now, random: () => 0.5 };
  const credentials = createCredentials({
    source: fakeSource.source,
    arns: Object.keys(secrets),
    ...cached,
    log: () => undefined,
    ...(options.readTimeoutMs === undefined ? {} : { readTimeoutMs: options.readTimeoutMs }),
  });
  const ports: IngressPorts = {
    credentials,
    basicAuth:
      options.basicAuth === undefined
        ? undefined
        : createBasicAuth({ source: options.basicAuth, ...cached, readTimeoutMs: options.readTimeoutMs }),
    replyTo: options.replyTo,
    replyFunction: options.replyFunction,
    publisher: keeping(published, options.publish ?? (() => Promise.resolve({ kind: 'ok', messageId: 'message-1' }))),
    breakerPublisher: options.publishToBreaker === undefined ? undefined : keeping(toBreaker, options.publishToBreaker),
    metrics: { count: (name, value = 1) => (counts[name] = (counts[name] ?? 0) + value) },
    log: (level, fields) => {
      options.log?.({ level, fields });
      lines.push({ level, fields });
    },
    isRejectionLogged: createRejectionLogSampling(now),
    now,
  };
  const stage: IngressOptions = {
    publicBaseUrl: baseUrl,
    stageName: 'dev',
    ...options.stage,
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
  };
  const ingress = (event: APIGatewayProxyEventV2) => answerWebhook(event, ports, stage);
  const envelopes = (): Envelope[] => published.map(({ body }) => decodeEnvelope(body));
  return {
    ingress,
    credentials,
    clock,
    published,
    /** What the breaker's queue took. */
    toBreaker,
    envelopes,
    lines,
    counts,
    reads: fakeSource.reads,
    secrets: fakeSource.secrets,
    /** Sends an event and returns the answer with the one log line it wrote. */
    send: async (
      event: APIGatewayProxyEventV2,
    ): Promise<{ response: APIGatewayProxyStructuredResultV2; line: LogLine }> => {
      const before = lines.length;
      const response = await ingress(event);
      const [line, ...more] = lines.slice(before);
      if (line === undefined || more.length > 0) throw new Error('a request must write exactly one log line');
      return { response, line };
    },
  };
};
