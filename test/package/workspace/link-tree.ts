import { linkSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** A copy whose files are hard links: several apps need the space and the time of one installation. */
export const linkTree = (from: string, to: string): void => {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    const source = join(from, name);
    const found = lstatSync(source);
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), join(to, name));
    else if (found.isDirectory()) linkTree(source, join(to, name));
    else linkSync(source, join(to, name));
  }
};
