import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Check } from '../run-checks';

const corpus = join(__dirname, '..', 'corpus');

/** Something that takes bytes from strangers. */
export interface Target {
  /** Names its directory in the corpus. */
  readonly name: string;
  /** A sentence: what holds for every input. */
  readonly holds: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Throws, or rejects, for an input that it does not hold for. */
  readonly probe: (input: Buffer) => void | Promise<void>;
}

const kept = (name: string): Buffer[] => {
  mkdirSync(join(corpus, name), { recursive: true });
  return readdirSync(join(corpus, name))
    .sort()
    .map((file) => readFileSync(join(corpus, name, file)));
};

/** Bytes of all kinds, and texts with pieces that parsers stumble over. */
export const bytes = (pieces: readonly string[], maxLength = 400): fc.Arbitrary<Buffer> =>
  fc.oneof(
    fc.uint8Array({ maxLength }).map((array) => Buffer.from(array)),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })), {
        maxLength: maxLength / 4,
      })
      .map((parts) => Buffer.from(parts.join(''))),
  );

/**
 * The corpus first, then new inputs for so long. What fails is shrunk and kept in the corpus, so that it is tried in every later run.
 * @throws Error that names the new file of the corpus
 */
export const fuzz = async ({ name, inputs, probe }: Target, seed: number, forMs: number): Promise<void> => {
  for (const input of kept(name)) await probe(input);
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
