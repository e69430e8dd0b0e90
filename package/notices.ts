import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { packageDirectories } from './package-directories';
import { projectRoot } from './paths';

/** A package with code in the published files. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The texts of its licence and notice files. */
  readonly texts: readonly string[];
}

const noticeFile = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** Every package with code in the outputs, sorted by name. */
export const bundledPackages = (metafiles: readonly Metafile[]): readonly BundledPackage[] =>
  [...packageDirectories(metafiles)].map(readPackage).sort((a, b) => (a.name < b.name ? -1 : 1));

/** @throws Error if the package states no licence */
const readPackage = (directory: string): BundledPackage => {
  const path = join(projectRoot, directory);
  // The fields that npm defines.
  const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    /** Old packages have an object. */
    readonly license?: string | { readonly type: string };
  };
  const texts = readdirSync(path)
    .filter((file) => noticeFile.test(file))
    .map((file) => readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n').trim());
  const license = typeof manifest.license === 'object' ? manifest.license.type : manifest.license;
  if (license === undefined && texts.length === 0) {
    throw new Error(`${directory} has no licence, and cannot be published in a bundle.`);
  }
  return { name: manifest.name, version: manifest.version, license: license ?? 'see below', texts };
};

/** The text of THIRD-PARTY-NOTICES. Packages with the same texts share them. */
export const noticesOf = (packages: readonly BundledPackage[]): string => {
  const groups = new Map<string, BundledPackage[]>();
  for (const found of packages) {
    const key = found.texts.join('\n\n') || `The package has no licence file; its package.json says ${found.license}.`;
    groups.set(key, [...(groups.get(key) ?? []), found]);
  }
  const sections = [...groups].map(
    ([text, group]) =>
      `${group.map(({ name, version, license }) => `${name} ${version} (${license})`).join('\n')}\n\n${text}\n`,
  );
  return [introduction, ...sections].join(`\n${'-'.repeat(80)}\n\n`);
};

const introduction = `The files of this package contain code of the packages below, under their licences.\n`;
