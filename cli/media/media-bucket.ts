import { CliError } from '../terminal/cli-error';
import type { S3Put } from './s3-put';
import type { MediaStore } from './media-folder';

/**
 * The stage's bucket. Its default encryption applies: a header of the request would replace the key that the bucket
 * names.
 * @param prefix of every key, with its `/`
 */
export const createMediaBucket = (bucket: string, prefix: string, put: S3Put): MediaStore => ({
  find: () => Promise.resolve(undefined),
  write: async (name, { bytes, contentType, extension }) => {
    const key = `${prefix}${name}.${extension}`;
    const place = `s3://${bucket}/${key}`;
    const { status, body } = await put(bucket, key, bytes, contentType);
    if (status === 200) return { place, existed: false };
    if (status === 412) return { place, existed: true };
    const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
    throw new CliError(`S3 did not store the file: ${code ?? `status ${status}`}.`);
  },
});
