import { createHash, createHmac, hash as hashOnce, type Hash } from 'node:crypto';

/**
 * Replaces `@smithy/core/checksum` in the function bundles. The package carries SHA-256 and MD5 in JavaScript for
 * runtimes without native ones, 5 kB of a bundle; Lambda's Node has them. Only the SDK's contract of a checksum is
 * matched; the module name is replaced at bundling (`lib/functions/function-bundle.ts`).
 */
const checksumClass = (algorithm: 'md5' | 'sha256') =>
  class Checksum {
    private parts: (string | Uint8Array)[] = [];

    constructor(private readonly secret?: string | Uint8Array) {}

    update(data: string | Uint8Array): void {
      this.parts.push(data);
    }

    digest(): Promise<Uint8Array> {
      return Promise.resolve(new Uint8Array(this.secret === undefined ? this.hash() : this.hmac(this.secret)));
    }

    reset(): void {
      this.parts = [];
    }

    private hash(): Buffer {
      const [only] = this.parts;
      // The usual case, and faster than an object.
      if (only !== undefined && this.parts.length === 1) return hashOnce(algorithm, only, 'buffer');
      return digestOf(createHash(algorithm), this.parts);
    }

    private hmac(secret: string | Uint8Array): Buffer {
      return digestOf(createHmac(algorithm, secret), this.parts);
    }
  };

type Keyed = ReturnType<typeof createHmac>;

const digestOf = (hash: Hash | Keyed, parts: readonly (string | Uint8Array)[]): Buffer => {
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const Md5 = checksumClass('md5');
export const Sha256 = checksumClass('sha256');
