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
  readonly serialNumber?: string | undefined;
  readonly metadata: { readonly timestamp?: string | undefined; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The property that names the bundles with code of a component: a function, `handlers` for the library that handlers
 * import, or `command` for the CLI and the local gateway.
 */
export const shippedIn = 'twilio-webhook-gateway:bundle';

/** npm marks components that only development needs. */
const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name }) => name === 'cdx:npm:package:development');

/**
 * The bill of materials of the published package: those components of npm's complete bill that it bundles, with the
 * bundles that have them. The same packages give the same bill, so it has neither a time nor a random number.
 * @throws Error if the bill lacks a shipped package, because `package.json` has it as a development dependency
 */
export const publishedBill = (
  everything: BillOfMaterials,
  projectName: string,
  shipped: readonly ShippedPackage[],
): BillOfMaterials => {
  const available = everything.components.filter((component) => !isForDevelopment(component));
  const bundlesOf = ({ name, version }: Component): readonly string[] =>
    shipped.find((found) => found.name === name && found.version === version)?.bundles ?? [];
  const components = available.filter((component) => bundlesOf(component).length > 0);
  const missing = shipped.filter(
    (wanted) => !components.some(({ name, version }) => name === wanted.name && version === wanted.version),
  );
  if (missing.length > 0) {
    throw new Error(
      `${missing.map(({ name, version }) => `${name}@${version}`).join(', ')}: ` +
        'shipped in a bundle, but not in the dependencies of package.json.',
    );
  }
  const { component: project } = everything.metadata;
  const references = new Set([project, ...components].map((component) => component['bom-ref']));
  return {
    ...everything,
    serialNumber: undefined,
    metadata: {
      ...everything.metadata,
      timestamp: undefined,
      component: publishedComponent(project, projectName),
    },
    components: components.map((component) => ({
      ...component,
      properties: [
        ...(component.properties ?? []),
        ...bundlesOf(component).map((value) => ({ name: shippedIn, value })),
      ],
    })),
    dependencies: everything.dependencies
      .filter(({ ref }) => references.has(ref))
      .map(({ ref, dependsOn }) => ({
        ref,
        dependsOn: dependsOn.filter((dependency) => references.has(dependency)),
      })),
  };
};

/** npm uses the directory as the name of the project, and the `package.json` of the clone is private. */
const publishedComponent = ({ properties = [], ...project }: Component, name: string): Component => ({
  ...project,
  name,
  properties: properties.filter((property) => property.name !== 'cdx:npm:package:private'),
});
