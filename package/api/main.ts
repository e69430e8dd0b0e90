// `npm run api`: writes what the built package exports into docs/api/. With --check it fails if that differs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dist, projectRoot } from '../paths';
import { entriesOf } from './entries';
import { apiReport } from './report';

const reports = join(projectRoot, 'docs', 'api');

const writeReports = (directory: string): void => {
  const manifest = join(dist, 'package.json');
  if (!existsSync(manifest)) throw new Error('There is no dist/package.json. Run `npm run build` first.');
  for (const entry of entriesOf(JSON.parse(readFileSync(manifest, 'utf8')) as Parameters<typeof entriesOf>[0])) {
    writeFileSync(join(directory, `${entry.name}.api.md`), apiReport(dist, entry));
  }
};

/** Prints the differences, and says whether there is one. */
const differs = (before: string, after: string): boolean =>
  spawnSync('git', ['diff', '--no-index', '--', before, after], { stdio: 'inherit' }).status !== 0;

if (process.argv.includes('--check')) {
  const scratch = mkdtempSync(join(tmpdir(), 'gateway-api-reports-'));
  try {
    writeReports(scratch);
    if (differs(reports, scratch)) {
      process.stdout.write(
        'The public interface has changed. ' +
          'Run `npm run api`, commit docs/api, and describe the change in a changeset.\n',
      );
      process.exitCode = 1;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
} else {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  writeReports(reports);
}
