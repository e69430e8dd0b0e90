import { buildSync, type Metafile } from 'esbuild';
import { functionNames } from '../../../lambda/shared/contract/function-names';
import { bundleOptions } from '../../../lib/functions/function-bundle';

type Import = Metafile['inputs'][string]['imports'][number];

/** What the sources of all functions import, with the name as their code has it. */
const imports: readonly Import[] = functionNames.flatMap((name) =>
  Object.values(buildSync({ ...bundleOptions(name), minify: false }).metafile.inputs).flatMap((input) => input.imports),
);
const { alias, external } = bundleOptions('ingress');

// An update of the SDK or of Twilio's library may use another module instead. Then the bundles grow by that module.
test.each(Object.entries(alias))('a dependency still imports %s, which %s replaces in the bundles', (name, own) => {
  const found = imports.filter(({ original }) => original === name);
  expect(found).not.toEqual([]);
  expect(new Set(found.map(({ path }) => `./${path}`))).toEqual(new Set([own]));
});

test.each(external)('the SDK still imports %s only dynamically, and no bundle has it', (name) => {
  const found = imports.filter(({ path }) => path === name);
  expect(found).not.toEqual([]);
  expect(found).toEqual(
    found.map(() => expect.objectContaining({ kind: 'dynamic-import', external: true }) as unknown),
  );
});
