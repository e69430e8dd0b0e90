import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { defaultProvider } from './environment-credentials';

type Headers = Readonly<Record<string, string>>;

/**
 * Signs POST requests to an AWS service, for the calls whose SDK client would be too large for the bundle.
 * @returns a function that returns the request's headers, with `host` and the signature
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export const createPostSigner = (
  service: string,
  region: string,
): ((url: URL, headers: Headers, body: string) => Promise<Headers>) => {
  const signer = new SignatureV4({ service, region, credentials: defaultProvider(), sha256: Sha256 });
  return async ({ protocol, hostname, pathname, host }, headers, body) => {
    const request = { method: 'POST', protocol, hostname, path: pathname, headers: { host, ...headers }, body };
    return (await signer.sign(request)).headers;
  };
};
