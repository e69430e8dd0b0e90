import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { Assembly } from '../../local/gateway';
import { prepareAssembly } from '../helpers/global-setup';
import { historyAssembly } from './events/handlers';
import { experiments } from './experiments/experiments';
import { fuzzChecks } from './fuzz/fuzz-checks';
import { runSeed } from './history/run-seed';
import { stallMeter } from './history/stall-meter';
import { createTally } from './history/tally';
import { missedAssembly } from './missed/assembly';
import { runMissedSeed } from './missed/run-seed';
import { mutantChecks } from './mutants/find-mutant';
import { runChecks, type Check, type Counts } from './run-checks';
import { starvationChecks } from './starvation/starvation';

const parts = ['histories', 'missed', 'experiments', 'mutants', 'fuzz', 'starvation'] as const;
type Part = (typeof parts)[number];

interface Options {
  readonly seeds: number;
  readonly missedSeeds: number;
  readonly from: number;
  readonly seed?: number;
  readonly only?: Part;
  readonly fuzzSeconds: number;
  readonly jobs: number;
}

const whole = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
};

const part = (text: string): Part => {
  const known = parts.find((name) => name === text);
  if (known === undefined) throw new InvalidArgumentError(`It must be one of ${parts.join(', ')}.`);
  return known;
};

const command = new Command('npm run test:fault --')
  .description('Injects faults into the gateway, and checks that it neither loses nor invents a webhook.')
  .option('--seeds <number>', 'number of random histories', whole, 20)
  .option('--missed-seeds <number>', 'number of random histories in which webhooks are missed', whole, 6)
  .option('--from <seed>', 'first seed', whole, 1)
  .option('--seed <seed>', 'only the history of this seed; with --only missed, the one of missed webhooks', whole)
  .option('--only <part>', `one of ${parts.join(', ')}`, part)
  .option('--fuzz-seconds <number>', 'seconds of new inputs for each fuzz target', whole, 5)
  .option('--jobs <number>', 'number of gateways at the same time', whole, 4);

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const tally = createTally();

const seedsOf = (seed: number | undefined, count: number, from: number): readonly number[] =>
  seed === undefined ? Array.from({ length: count }, (_, at) => from + at) : [seed];

const historyChecks = ({ seed, seeds, from }: Options, assembly: Assembly): readonly Check[] =>
  seedsOf(seed, seeds, from).map((seedToRun) => ({
    title: `keeps every invariant in the history of seed ${seedToRun}`,
    run: () => runSeed(seedToRun, assembly, tally),
  }));

const missedChecks = ({ seed, missedSeeds, from }: Options): readonly Check[] => {
  // Made once, by the first history that needs it.
  let assembly: Promise<Assembly> | undefined;
  return seedsOf(seed, missedSeeds, from).map((seedToRun) => ({
    title: `misses nothing in the history of seed ${seedToRun}`,
    run: async () => runMissedSeed(seedToRun, await (assembly ??= missedAssembly())),
  }));
};

/**
 * All temporary files are in one directory, which is removed however the run ends. Functions are threads of this
 * process.
 */
const removeTemporaryFilesAtExit = (): void => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-faults-'));
  process.env['TMPDIR'] = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      print(`\nstopped by ${signal}`);
      process.exit(128 + constants.signals[signal]);
    });
  }
};

const run = async (options: Options): Promise<void> => {
  removeTemporaryFilesAtExit();
  prepareAssembly();
  const assembly = historyAssembly();
  const only = options.seed === undefined || options.only === 'missed' ? options.only : 'histories';
  const checks: Readonly<Record<Part, () => readonly Check[]>> = {
    histories: () => historyChecks(options, assembly),
    missed: () => missedChecks(options),
    experiments: () => experiments,
    mutants: () => mutantChecks(assembly),
    fuzz: () => fuzzChecks(options.from, options.fuzzSeconds * 1000),
    starvation: () => starvationChecks(assembly),
  };
  const counts: Counts[] = [];
  for (const name of parts.filter((part) => only === undefined || part === only)) {
    // Nothing else can run on a starved machine.
    const atOnce = name === 'starvation' ? 1 : options.jobs;
    counts.push(await runChecks(headings[name], checks[name](), { atOnce, print }));
    if (name === 'histories') {
      for (const line of tally.lines()) print(`  ${line}`);
      counts.push(await runChecks('all histories', tally.checks(), { atOnce: 1, print }));
    }
  }
  await stallMeter().close();
  const sum = (of: keyof Counts): number => counts.reduce((total, count) => total + count[of], 0);
  print(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
};

const headings: Readonly<Record<Part, string>> = {
  histories: 'random histories (FLT-LINEAR)',
  missed: 'random histories in which webhooks are missed',
  experiments: 'experiments',
  mutants: 'mutants, each found by the histories',
  fuzz: 'untrusted bytes',
  starvation: 'a starved machine',
};

run(command.parse().opts<Options>()).then(
  // An open connection must not keep the process alive.
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
