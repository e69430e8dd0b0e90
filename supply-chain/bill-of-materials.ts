import type { ShippedPackage } from './shipped-packages';

interface Property {
  readonly name: string;
  readonly value: string;
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly properties?: readonly Property[];
}

/** The parts of CycloneDX that are read and changed here. https://cyclonedx.org/docs/1.5/json/ */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The property that says which functions hold code of a component. Without it a component serves the CLI or the local
 * gateway.
 */
export const shippedIn = 'twilio-webhook-gateway:function';

/**
 * How npm marks what only development installs. Its `--omit dev` leaves out what a development dependency shares with
 * the others.
 */
const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name }) => name === 'cdx:npm:package:development');

/**
 * npm's bill of everything, without what only development installs, and with the functions that each component is
 * shipped in.
 * @throws Error if a shipped package is not on it: `package.json` would have it among the development dependencies
 */
export const billOfUse = (
  everything: BillOfMaterials,
  projectName: string,
  shipped: readonly ShippedPackage[],
): BillOfMaterials => {
  const used = everything.components.filter((component) => !isForDevelopment(component));
  const unbilled = shipped.filter(
    (wanted) => !used.some(({ name, version }) => name === wanted.name && version === wanted.version),
  );
  if (unbilled.length > 0) {
    throw new Error(
      `${unbilled.map(({ name, version }) => `${name}@${version}`).join(', ')}: shipped in a function, and not among the dependencies of package.json.`,
    );
  }
  const { component: project } = everything.metadata;
  const references = new Set([project, ...used].map((component) => component['bom-ref']));
  return {
    ...everything,
    // npm names the project by its directory.
    metadata: { ...everything.metadata, component: { ...project, name: projectName } },
    components: used.map((component) => {
      const found = shipped.find(
        ({ name, version }) => name === component.name && version === component.version,
      );
      const functions = (found?.functions ?? []).map((value) => ({ name: shippedIn, value }));
      return { ...component, properties: [...(component.properties ?? []), ...functions] };
    }),
    dependencies: everything.dependencies
      .filter(({ ref }) => references.has(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((dependency) => references.has(dependency)),
      })),
  };
};
