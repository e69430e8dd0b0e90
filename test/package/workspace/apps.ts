import root from '../../../package.json';
import { oldestCdk } from '../../../package/manifest';

/** A CDK app that installs the package. Its files are in `apps/<name>/`. */
export interface App {
  readonly name: 'commonjs' | 'modules' | 'existing';
  readonly title: string;
  readonly type: 'commonjs' | 'module';
  readonly cdk: { readonly version: string; readonly constructs: string };
}

const { devDependencies } = root;
/** The peers in their oldest versions. */
export const oldest = { version: oldestCdk, constructs: '10.5.0' };
const newest = { version: devDependencies['aws-cdk-lib'], constructs: devDependencies.constructs };

export const apps: readonly App[] = [
  { name: 'commonjs', title: 'an app in CommonJS with the oldest CDK', type: 'commonjs', cdk: oldest },
  { name: 'modules', title: 'an app of ES modules with the newest CDK', type: 'module', cdk: newest },
  { name: 'existing', title: 'an app with two other stacks and a table of its own', type: 'module', cdk: newest },
];

/** @param tarball path of the packed package */
export const appManifest = ({ name, type, cdk }: App, tarball: string) => ({
  name,
  version: '1.0.0',
  private: true,
  type,
  dependencies: {
    'aws-cdk-lib': cdk.version,
    constructs: cdk.constructs,
    [root.name]: `file:${tarball}`,
  },
  devDependencies: {
    '@types/node': devDependencies['@types/node'],
    esbuild: devDependencies.esbuild,
    tsx: devDependencies.tsx,
    typescript: devDependencies.typescript,
  },
});
