import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The environment variable that main.ts sets for the suites: the directory with the apps. */
export const directoryVariable = 'PACKAGE_TEST_DIRECTORY';

/** What `npm pack --json` reports. */
export interface PackReport {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly entryCount: number;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
}

/** A median in milliseconds, and how often it contains the median of an empty `node -e 0`. */
export interface Timing {
  readonly milliseconds: number;
  readonly ratio: number;
}

export interface Workspace {
  readonly pack: PackReport;
  /** Of `npm install` of the tarball without its peers: the names of all installed packages. */
  readonly withoutPeers: { readonly packages: readonly string[]; readonly bytes: number };
  /** Of commands of the installed package. */
  readonly times: { readonly help: Timing; readonly list: Timing };
}

/** A path in the directory of the run. */
export const inWorkspace = (...path: readonly string[]): string => {
  const directory = process.env[directoryVariable];
  if (directory === undefined) throw new Error('These suites are run by npm run test:package.');
  return join(directory, ...path);
};

export const workspaceFile = 'workspace.json';

/** What main.ts found while it made the workspace. */
export const readWorkspace = (): Workspace => JSON.parse(readFileSync(inWorkspace(workspaceFile), 'utf8')) as Workspace;
