import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { blocksRelease, readAdvisories } from '../../../supply-chain/advisories';
import { publishedBill, shippedIn, type BillOfMaterials } from '../../../supply-chain/bill-of-materials';
import { runsInFunction, shippedPackages, type ShippedPackage } from '../../../supply-chain/shipped-packages';

const root = join(__dirname, '..', '..', '..');
let shipped: readonly ShippedPackage[] = [];
beforeAll(async () => {
  shipped = await shippedPackages();
});
const bundlesOf = (name: string) => shipped.find((found) => found.name === name)?.bundles;

describe('the packages in the bundles', () => {
  test('are the SDK clients that each function needs, and the validator in those that verify signatures', () => {
    expect(bundlesOf('@aws-sdk/client-sqs')).toContain('ingress');
    expect(bundlesOf('@aws-sdk/client-dynamodb')).not.toContain('ingress');
    expect(bundlesOf('@aws-sdk/client-secrets-manager')).not.toContain('consumer');
    expect(bundlesOf('twilio')).not.toContain('consumer');
    expect(bundlesOf('aws-cdk-lib')).toBeUndefined();
  });

  test('are also those of the library that handlers import, and of the command', () => {
    expect(bundlesOf('@aws-sdk/client-dynamodb')).toEqual(expect.arrayContaining(['handlers']));
    expect(bundlesOf('commander')).toEqual(['command']);
    expect(bundlesOf('dynalite')).toEqual(['command']);
    const names = shipped.filter(runsInFunction).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['twilio', '@aws-sdk/client-sqs']));
    expect(names).not.toContain('commander');
  });

  test('are not the peers of the package', () => {
    const names = shipped.map(({ name }) => name);
    expect(names.filter((name) => /^(?:esbuild|classic-level|aws-cdk-lib|constructs)$/.test(name))).toEqual([]);
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

  test('prints a bill of materials that names every package of every bundle', () => {
    expect(status).toBe(0);
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component.name).toBe('twilio-webhook-gateway');
    const billed = bill.components.flatMap(({ name, version, properties = [] }) => {
      const bundles = properties.flatMap(({ name: key, value }) => (key === shippedIn ? [value] : []));
      return [{ name, version, bundles }];
    });
    const byName = (a: { readonly name: string; readonly version: string }, b: typeof a) =>
      `${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1;
    expect(billed.sort(byName)).toEqual(
      shipped.map(({ name, version, bundles }) => ({ name, version, bundles })).sort(byName),
    );
  });

  test('says the same each time: no clock and no random number', () => {
    expect(bill.serialNumber).toBeUndefined();
    expect(bill.metadata.timestamp).toBeUndefined();
    const withBoth = { ...bill, serialNumber: 'urn:uuid:1', metadata: { ...bill.metadata, timestamp: '2026' } };
    expect(publishedBill(withBoth, 'twilio-webhook-gateway', [])).toEqual(
      publishedBill(bill, 'twilio-webhook-gateway', []),
    );
  });

  test('leaves out what no bundle has, and every reference to it', () => {
    const names = bill.components.map(({ name }) => name);
    // `axios` is a dependency of `twilio` of which nothing is bundled.
    for (const absent of ['jest', 'axios']) expect(names).not.toContain(absent);
    const listed = [bill.metadata.component, ...bill.components].map((component) => component['bom-ref']);
    expect(listed).toEqual(
      expect.arrayContaining(bill.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])),
    );
  });

  test('rejects a package that a bundle ships and package.json does not depend on', () => {
    const stray = { name: 'stray', version: '1.0.0', license: 'MIT', bundles: ['ingress'] };
    expect(() => publishedBill(bill, 'gateway', [...shipped, stray])).toThrow('stray@1.0.0: shipped');
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
  const advisories = readAdvisories(report, (name) =>
    name === 'inner' ? 'function' : name === 'outer' ? 'command' : 'clone',
  );

  test('blocks a release at any severity in a function, and from high on elsewhere', () => {
    expect(advisories?.map(({ runsIn }) => runsIn)).toEqual(['function', 'command', 'clone']);
    expect(advisories?.filter(blocksRelease).map(({ name }) => name)).toEqual(['inner', 'worse']);
  });

  test('is not reported for a clean dependency tree', () => {
    expect(readAdvisories({ vulnerabilities: {} }, () => 'function')).toEqual([]);
  });

  test('rejects an answer that is not a report, instead of calling it clean', () => {
    expect(readAdvisories({ message: '405 Method Not Allowed' }, () => 'function')).toBeUndefined();
    expect(readAdvisories(undefined, () => 'function')).toBeUndefined();
  });
});
