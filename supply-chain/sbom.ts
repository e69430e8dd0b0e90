// `npm run --silent sbom > sbom.json`: the bill of materials of the published package, as CycloneDX.
import { name } from '../package.json';
import { publishedBill, type BillOfMaterials } from './bill-of-materials';
import { npmJson } from './npm';
import { shippedPackages } from './shipped-packages';

const write = async (): Promise<void> => {
  // The shape that CycloneDX defines.
  const bill = npmJson('sbom', '--sbom-format', 'cyclonedx') as BillOfMaterials;
  process.stdout.write(`${JSON.stringify(publishedBill(bill, name, await shippedPackages()), null, 2)}\n`);
};

void write();
