import { signedFetch, type AwsAnswer } from '../clients/aws-request';

/** Puts a new object into a bucket of the stage's region. An answer of any status is a value; 412: the key exists. */
export type S3Put = (bucket: string, key: string, body: Buffer, contentType: string) => Promise<AwsAnswer>;

/** For 100 MB at 1 MB a second. */
const timeoutMs = 120_000;

/** Signs with the region and credentials that the SDK's clients use. */
export const createS3Put =
  (region: string | undefined, env: Readonly<Record<string, string | undefined>>, signal: AbortSignal): S3Put =>
  (bucket, key, body, contentType) =>
    signedFetch(
      {
        service: 's3',
        method: 'PUT',
        // Not as part of the host name: S3's certificate does not cover a bucket name with dots.
        path: `/${bucket}/${key}`,
        headers: { 'content-type': contentType, 'if-none-match': '*' },
        body,
      },
      { region, env, signal, timeoutMs },
    );
