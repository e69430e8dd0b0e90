import { createHash, createHmac, type Hash } from 'node:crypto';

type Keyed = ReturnType<typeof createHmac>;

/**
 * Replaces `@smithy/core/checksum` in the function bundles. The package carries SHA-256 and MD5 in JavaScript for
 * runtimes without native ones, 5 kB of a bundle; Lambda's Node has them. Only the SDK's contract of a checksum is
 * matched; the module name is replaced at bundling (`lib/functions/function-bundle.ts`).
 */
const checksumClass = (algorithm: 'md5' | 'sha256') =>
  class Checksum {
    private hash: Hash | Keyed;

    constructor(private readonly secret?: string | Uint8Array) {
      this.hash = this.create();
    }

    update(data: string | Uint8Array): void {
      this.hash.update(data);
    }

    digest(): Promise<Uint8Array> {
      // The SDK reads an HMAC once, but may read a hash and then continue to update it.
      const hash = 'copy' in this.hash ? this.hash.copy() : this.hash;
      return Promise.resolve(new Uint8Array(hash.digest()));
    }

    reset(): void {
      this.hash = this.create();
    }

    private create(): Hash | Keyed {
      return this.secret === undefined ? createHash(algorithm) : createHmac(algorithm, this.secret);
    }
  };

export const Md5 = checksumClass('md5');
export const Sha256 = checksumClass('sha256');
