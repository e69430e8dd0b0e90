import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createCertificate } from './certificate';
import type { Endpoints } from './environments';
import { meets, renderTable, type Figure } from './figures';
import { startProgram, stopAllPrograms } from './processes';
import { buildPrograms, projectRoot } from './programs';
import { bareHandler } from './rows/bare-handler';
import type { Row } from './rows/bench';
import { capacity } from './rows/capacity';
import { coldStart } from './rows/cold-start';
import { command as commandRow } from './rows/command';
import { consumer } from './rows/consumer';
import { cost } from './rows/cost';
import { handlers } from './rows/handlers';
import { hostile } from './rows/hostile';
import { acceptAndReject } from './rows/ingress';
import { local } from './rows/local';
import { malformed } from './rows/malformed';

const rows: Readonly<Record<string, Row>> = {
  'cold-start': coldStart,
  ingress: acceptAndReject,
  'bare-handler': bareHandler,
  malformed,
  hostile,
  consumer,
  local,
  handlers,
  capacity,
  cost,
  command: commandRow,
};

interface Options {
  readonly quick?: boolean;
  readonly row?: readonly string[];
}

const command = new Command('npm run bench --')
  .description('Measures the gateway against the usual alternatives. See docs/contributing/benchmark.md.')
  .option('--quick', 'smoke test: runs everything briefly; the figures mean nothing and no file is written')
  .option('--row <name...>', `measure only these rows: ${Object.keys(rows).join(', ')}; no file is written`);

const print = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async ({ quick = false, row: names = Object.keys(rows) }: Options): Promise<void> => {
  const scratch = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  try {
    const { key, certificate } = createCertificate();
    const certificateFile = join(scratch, 'certificate.pem');
    writeFileSync(certificateFile, certificate);
    const programs = buildPrograms(join(scratch, 'programs'));
    const aws = await startProgram<Endpoints>(programs.file('programs/fake-aws'), {
      TLS_KEY: key,
      TLS_CERTIFICATE: certificate,
    });
    const figures: Figure[] = [];
    const startedAt = performance.now();
    for (const name of names) {
      const row = rows[name];
      if (row === undefined) throw new Error(`There is no row ${name}.`);
      figures.push(...(await row({ programs, aws, scratch, certificateFile, quick })));
      print(`${name}: done after ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
    }
    print(renderTable(figures));
    const missed = figures.filter((result) => meets(result) === false).length;
    print(`${figures.filter((result) => meets(result) === true).length} goals met, ${missed} missed`);
    if (!quick && names.length === Object.keys(rows).length) save(figures);
  } finally {
    stopAllPrograms();
    rmSync(scratch, { recursive: true, force: true });
  }
};

const save = (figures: readonly Figure[]): void => {
  const file = join(projectRoot, 'bench', 'results.json');
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  // `what` is the name that scripts read.
  const results = { date: new Date().toISOString(), ...machine, figures: figures.map(withWhat) };
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  print(`written: ${file}`);
};

const withWhat = (entry: Figure) => ({ ...entry, what: entry.name });

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
command.parse();
run(command.opts<Options>()).catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
