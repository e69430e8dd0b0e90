import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { blocksRelease, readAdvisories } from '../../../supply-chain/advisories';
import { runtimeBill, shippedIn, type BillOfMaterials } from '../../../supply-chain/bill-of-materials';
import { shippedPackages } from '../../../supply-chain/shipped-packages';

const root = join(__dirname, '..', '..', '..');
const shipped = shippedPackages();

describe('the packages in the bundles', () => {
  test('are the SDK clients that each function needs, and the validator in those that verify signatures', () => {
    const functionsOf = (name: string) => shipped.find((found) => found.name === name)?.functions;
    expect(functionsOf('@aws-sdk/client-sqs')).toContain('ingress');
    expect(functionsOf('@aws-sdk/client-dynamodb')).not.toContain('ingress');
    expect(functionsOf('@aws-sdk/client-secrets-manager')).not.toContain('consumer');
    expect(functionsOf('twilio')).not.toContain('consumer');
    expect(functionsOf('aws-cdk-lib')).toBeUndefined();
  });

  test('have licences that allow redistribution', () => {
    const allowed = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0'];
    expect(shipped.filter(({ license }) => !allowed.includes(license))).toEqual([]);
  });
});

describe('npm run sbom', () => {
  const { stdout, status } = spawnSync('npm', ['run', '--silent', 'sbom'], { cwd: root, encoding: 'utf8' });
  // CycloneDX; the assertions below read its shape.
  const bill = JSON.parse(stdout) as BillOfMaterials;

  test('prints a bill of materials that names every package of every function', () => {
    expect(status).toBe(0);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component.name).toBe('twilio-webhook-gateway');
    const billed = bill.components.flatMap(({ name, version, properties = [] }) => {
      const functions = properties.flatMap(({ name: key, value }) => (key === shippedIn ? [value] : []));
      return functions.length === 0 ? [] : [{ name, version, functions }];
    });
    expect(billed.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      shipped.map(({ name, version, functions }) => ({ name, version, functions })),
    );
  });

  test('leaves out development dependencies, and every reference to them', () => {
    expect(bill.components.map(({ name }) => name)).not.toContain('jest');
    const listed = [bill.metadata.component, ...bill.components].map((component) => component['bom-ref']);
    expect(listed).toEqual(
      expect.arrayContaining(bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])),
    );
  });

  test('rejects a package that a function ships and package.json does not depend on', () => {
    const stray = { name: 'stray', version: '1.0.0', license: 'MIT', functions: ['ingress' as const] };
    expect(() => runtimeBill(bill, 'gateway', [...shipped, stray])).toThrow('stray@1.0.0: shipped');
  });
});

describe('an advisory of npm audit', () => {
  const report = {
    vulnerabilities: {
      inner: { severity: 'low' },
      outer: { severity: 'moderate' },
      worse: { severity: 'high' },
    },
  };
  const advisories = readAdvisories(report, (name) => name === 'inner');

  test('blocks a release at any severity in a function, and from high on elsewhere', () => {
    expect(advisories?.filter(blocksRelease).map(({ name }) => name)).toEqual(['inner', 'worse']);
  });

  test('is not reported for a clean dependency tree', () => {
    expect(readAdvisories({ vulnerabilities: {} }, () => true)).toEqual([]);
  });

  test('rejects an answer that is not a report, instead of calling it clean', () => {
    expect(readAdvisories({ message: '405 Method Not Allowed' }, () => true)).toBeUndefined();
    expect(readAdvisories(undefined, () => true)).toBeUndefined();
  });
});
