import { Md5 as SmithyMd5, Sha256 as SmithySha256 } from '@smithy/core/checksum';
import { Md5, Sha256 } from '../../../../lambda/aws/native-checksum';

const bytes = (text: string) => new TextEncoder().encode(text);

test('MD5 and SHA-256 are those of the package that they replace in the bundles, in parts and as a whole', async () => {
  for (const [own, theirs] of [
    [new Md5(), new SmithyMd5()],
    [new Sha256(), new SmithySha256()],
  ] as const) {
    for (const checksum of [own, theirs]) {
      checksum.update(bytes('héllo '));
      checksum.update(bytes('🌍'));
    }
    expect(await own.digest()).toEqual(await theirs.digest());
    own.update(bytes('!'));
    theirs.update(bytes('!'));
    expect(await own.digest()).toEqual(await theirs.digest());
    own.reset();
    theirs.reset();
    expect(await own.digest()).toEqual(await theirs.digest());
  }
});

test('HMAC-SHA256, which signs requests to AWS, is that of the package that it replaces', async () => {
  for (const secret of ['a key', bytes('a key of bytes')]) {
    const own = new Sha256(secret);
    const theirs = new SmithySha256(secret);
    own.update(bytes('a request'));
    theirs.update(bytes('a request'));
    expect(await own.digest()).toEqual(await theirs.digest());
  }
});
