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

const endpointOf = (service: string, region: string, env: Readonly<Record<string, string | undefined>>): URL =>
  new URL(
    env[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`] ??
      env['AWS_ENDPOINT_URL'] ??
      `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
  );

/** `fetch` wraps the network's error. */
const causeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'cause' in error ? (error.cause ?? error) : error;

/** Signs with the region and credentials that the SDK's clients use. */
export const createAwsGet =
  (region: string | undefined, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal): AwsGet =>
  async (service, path, query = {}) => {
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
    });
    const signed = await signer.sign({
      method: 'GET',
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      path,
      query,
      headers: { host, accept: 'application/json' },
    });
    const url = new URL(path, endpoint);
    // Encoded as it was signed (RFC 3986).
    url.search = Object.entries(query)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&');
    const answer = await fetch(url, {
      headers: Object.fromEntries(Object.entries(signed.headers).filter(([name]) => name !== 'host')),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    }).catch((error: unknown) => {
      throw causeOf(error);
    });
    return { status: answer.status, body: await answer.text() };
  };

/** The account of the credentials, or undefined if AWS does not answer. This call needs no permission. */
export const callerAccount = async (get: AwsGet): Promise<string | undefined> => {
  try {
    const { body } = await get('sts', '/', { Action: 'GetCallerIdentity', Version: '2011-06-15' });
    return /"?Account"?(?:>|:\s*")(\d{12})/.exec(body)?.[1];
  } catch {
    return undefined;
  }
};
