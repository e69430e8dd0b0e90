import { regionalConfiguration } from './sdk-configuration';

export interface AwsAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One signed GET to an AWS service for which this project has no SDK client. A response of any status is a value.
 * @param service as in the host name, for example `lambda`
 * @param path begins with `/`
 */
export type AwsGet = (service: string, path: string, query?: Readonly<Record<string, string>>) => Promise<AwsAnswer>;

const timeoutMs = 20_000;

type Environment = Readonly<Record<string, string | undefined>>;

const endpointOf = (service: string, region: string, env: Environment): URL =>
  new URL(
    env[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`] ??
      env['AWS_ENDPOINT_URL'] ??
      `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  );

/** `fetch` wraps the network's error. */
const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error ? (error.cause ?? error) : error;

/**
 * One signed POST in the JSON protocol of AWS, to a service for which this project has no SDK client.
 * @param action with the prefix of its service, as in `X-Amz-Target`
 */
export type AwsCall = (service: string, action: string, input: object) => Promise<AwsAnswer>;

interface SignedRequest {
  /** As in the host name. */
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Begins with `/`. Without characters that need encoding. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface SigningContext {
  readonly region: string | undefined;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** One request, signed with the region and credentials that the SDK's clients use. */
export const signedFetch = async (
  { service, method, path, query = {}, headers, body }: SignedRequest,
  { region, env, signal, timeoutMs: limitMs }: SigningContext,
): Promise<AwsAnswer> => {
  const { Sha256 } = await import('@smithy/core/checksum');
  const { SignatureV4 } = await import('@smithy/signature-v4');
  const { CloudFormation } = await import('@aws-sdk/client-cloudformation');
  const { config } = new CloudFormation(regionalConfiguration(region));
  const resolvedRegion = await config.region();
  const endpoint = endpointOf(service, resolvedRegion, env);
  const { protocol, hostname, host, port } = endpoint;
  const signer = new SignatureV4({
    service,
    region: resolvedRegion,
    credentials: config.credentials,
    sha256: Sha256,
    // S3 signs the path as it is sent; other services encode it once more.
    ...(service === 's3' ? { uriEscapePath: false } : {}),
  });
  const signed = await signer.sign({
    method,
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path,
    query,
    headers: { host, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const url = new URL(path, endpoint);
  // Encoded as it was signed (RFC 3986).
  url.search = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const answer = await fetch(url, {
    method,
    headers: Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host')),
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]),
  }).catch((error: unknown) => {
    throw causeOf(error);
  });
  return { status: answer.status, body: await answer.text() };
};

export const createAwsGet =
  (region: string | undefined, env: Environment, signal: AbortSignal): AwsGet =>
  (service, path, query = {}) =>
    signedFetch(
      { service, method: 'GET', path, query, headers: { accept: 'application/json' } },
      { region, env, signal, timeoutMs },
    );

export const createAwsCall =
  (region: string | undefined, env: Environment, signal: AbortSignal): AwsCall =>
  (service, action, input) =>
    signedFetch(
      {
        service,
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': action },
        body: JSON.stringify(input),
      },
      { region, env, signal, timeoutMs },
    );

/** The account of the credentials, or undefined if AWS does not answer. This call needs no permission. */
export const callerAccount = async (get: AwsGet): Promise<string | undefined> => {
  try {
    const { body } = await get('sts', '/', { Action: 'GetCallerIdentity', Version: '2011-06-15' });
    return /"?Account"?(?:>|:\s*")(\d{12})/.exec(body)?.[1];
  } catch {
    return undefined;
  }
};
