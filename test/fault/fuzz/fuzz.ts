import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Check } from '../run-checks';
import { anyCharacter } from '../../helpers/any-character';

const corpus = join(__dirname, '..', 'corpus');

/** Code that reads untrusted bytes. */
export interface Target {
  /** Also its directory in the corpus. */
  readonly name: string;
  /** The property of every input, as a sentence. */
  readonly holds: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Throws, or rejects, for an input that breaks the property. */
  readonly probe: (input: Buffer) => void | Promise<void>;
}

const corpusOf = (name: string): Buffer[] => {
  mkdirSync(join(corpus, name), { recursive: true });
  return readdirSync(join(corpus, name))
    .sort()
    .map((file) => readFileSync(join(corpus, name, file)));
};

/** Random bytes, and texts with pieces that are hard to parse. */
export const bytes = (pieces: readonly string[], maxLength = 400): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength }).map((array) => Buffer.from(array)),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: anyCharacter, maxLength: 8 })), {
        maxLength: maxLength / 4,
      })
      .map((parts) => Buffer.from(parts.join(''))),
  );

/**
 * Tries the corpus, then new inputs for `forMs`. A failing input is shrunk and added to the corpus, so that later runs
 * try it.
 * @throws Error that names the new file of the corpus
 */
const fuzz = async ({ name, inputs, probe }: Target, seed: number, forMs: number): Promise<void> => {
  for (const input of corpusOf(name)) await probe(input);
  const result = await fc.check(
    fc.asyncProperty(inputs, async (input) => {
      await probe(input);
    }),
    { seed, numRuns: 10_000_000, interruptAfterTimeLimit: forMs, markInterruptAsFailure: false },
  );
  if (!result.failed) {
    if (result.numRuns < 50) throw new Error(`only ${result.numRuns} inputs were tried`);
    return;
  }
  const [input = Buffer.alloc(0)] = result.counterexample ?? [];
  const file = join(name, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(join(corpus, file), input);
  throw new Error(`test/fault/corpus/${file} fails`, { cause: result.errorInstance });
};

export const fuzzCheck = (target: Target, seed: number, forMs: number): Check => ({
  title: `${target.name}: ${target.holds}`,
  run: () => fuzz(target, seed, forMs),
});
