import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { name as packageName } from '../../package.json';

/** From the smallest to the largest. */
const bumps = ['patch', 'minor', 'major'] as const;
export type Bump = (typeof bumps)[number];

/** The bump of the package in a changeset: a line of its front matter, such as `'twilio-webhook-gateway': major`. */
const readBump = (text: string): Bump | undefined => {
  const [, frontMatter = ''] = /^---\n(.*?)^---$/ms.exec(text) ?? [];
  const named = [...frontMatter.matchAll(/^["']?([^"':]+)["']?: *(\w+) *$/gm)].find(([, name]) => name === packageName);
  return bumps.find((bump) => bump === named?.[2]);
};

/** The largest bump of the changesets that wait for a release. @param root directory of the repository */
export const pendingBump = (root: string): Bump | undefined => {
  const directory = join(root, '.changeset');
  const files = existsSync(directory) ? readdirSync(directory).filter((file) => file.endsWith('.md')) : [];
  const found = files.map((file) => readBump(readFileSync(join(directory, file), 'utf8')));
  return bumps.findLast((bump) => found.includes(bump));
};
