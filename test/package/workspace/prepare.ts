import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../gateway/gateway-process';
import { appManifest, apps, type App } from './apps';
import { linkTree } from './link-tree';
import { measure } from './measure';
import { CommandError, output } from '../run';
import { workspaceFile, type PackReport, type Workspace } from './workspace';

/** The registry cannot be reached, so that nothing can be installed. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}

const installFlags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
const unreachable = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/;

const npmInstall = async (directory: string, ...args: readonly string[]): Promise<void> => {
  try {
    await output(directory, 'npm', 'install', ...installFlags, ...args);
  } catch (error) {
    if (error instanceof CommandError && unreachable.test(error.finished.stderr)) {
      throw new CannotRunError(`the registry cannot be reached: ${unreachable.exec(error.finished.stderr)?.[0] ?? ''}`);
    }
    throw error;
  }
};

/** Builds and packs the package, and installs it in each app. */
export const prepare = async (directory: string, print: (line: string) => void): Promise<void> => {
  const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await work();
    print(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return result;
  };
  await step('npm run build', () => output(projectRoot, 'npm', 'run', 'build'));
  const pack = await step('npm pack ./dist', async () => {
    const text = await output(projectRoot, 'npm', 'pack', './dist', '--json', '--pack-destination', directory);
    return (JSON.parse(text) as readonly PackReport[])[0];
  });
  if (pack === undefined) throw new Error('npm pack wrote no tarball.');
  const tarball = join(directory, pack.filename);
  await step('install in three apps', async () => {
    for (const app of apps) await install(directory, app, tarball);
  });
  const withoutPeers = await step('install without peers', () => installAlone(directory, tarball));
  const times = await step('start and measure the command', () => measure(join(directory, 'modules')));
  for (const [name, time] of [['--help', times.help] as const, ['messages list', times.list] as const]) {
    print(`${name}: ${time.milliseconds.toFixed(0)} ms, ${time.ratio.toFixed(1)} x node -e 0 (median of ten runs)`);
  }
  const workspace: Workspace = { pack, withoutPeers, times };
  writeFileSync(join(directory, workspaceFile), JSON.stringify(workspace));
};

const install = async (directory: string, app: App, tarball: string): Promise<void> => {
  const target = join(directory, app.name);
  cpSync(join(__dirname, '..', 'apps', app.name), target, { recursive: true });
  writeFileSync(join(target, 'package.json'), JSON.stringify(appManifest(app, tarball), null, 2));
  const sameInstall = apps.find(({ cdk }) => cdk === app.cdk);
  if (sameInstall !== undefined && sameInstall !== app) {
    linkTree(join(directory, sameInstall.name, 'node_modules'), join(target, 'node_modules'));
  } else {
    await npmInstall(target);
  }
};

/** What a CDK user gets in addition to the peers, which every CDK app has. */
const installAlone = async (directory: string, tarball: string): Promise<Workspace['withoutPeers']> => {
  const target = join(directory, 'alone');
  mkdirSync(target);
  writeFileSync(join(target, 'package.json'), JSON.stringify({ name: 'alone', private: true }));
  await npmInstall(target, '--legacy-peer-deps', tarball);
  const modules = join(target, 'node_modules');
  const packages = readdirSync(modules).filter((name) => !name.startsWith('.'));
  const files = readdirSync(modules, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { packages, bytes };
};
