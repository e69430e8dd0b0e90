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

/** The parts of CycloneDX that this file reads and changes. https://cyclonedx.org/docs/1.5/json/ */
export interface BillOfMaterials {
  readonly bomFormat: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The property that names the functions whose bundles contain code of a component. A component without it is used by
 * the CLI or the local gateway.
 */
export const shippedIn = 'twilio-webhook-gateway:function';

/**
 * npm marks components that only development needs. (`--omit dev` would also leave out components that development and
 * runtime dependencies share.)
 */
const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name }) => name === 'cdx:npm:package:development');

/**
 * npm's complete bill of materials without development components, with the functions that each component is shipped
 * in.
 * @throws Error if the bill lacks a shipped package, because `package.json` has it as a development dependency
 */
export const runtimeBill = (
  everything: BillOfMaterials,
  projectName: string,
  shipped: readonly ShippedPackage[],
): BillOfMaterials => {
  const used = everything.components.filter((component) => !isForDevelopment(component));
  const missing = shipped.filter(
    (wanted) => !used.some(({ name, version }) => name === wanted.name && version === wanted.version),
  );
  if (missing.length > 0) {
    throw new Error(
      `${missing.map(({ name, version }) => `${name}@${version}`).join(', ')}: ` +
        'shipped in a function, but not in the dependencies of package.json.',
    );
  }
  const { component: project } = everything.metadata;
  const references = new Set([project, ...used].map((component) => component['bom-ref']));
  return {
    ...everything,
    // npm uses the directory as the name of the project.
    metadata: { ...everything.metadata, component: { ...project, name: projectName } },
    components: used.map((component) => {
      const found = shipped.find(({ name, version }) => name === component.name && version === component.version);
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
