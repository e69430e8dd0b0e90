// `npm run --silent sbom > sbom.json`: the bill of materials of what is installed for use, as CycloneDX.
import { name } from '../package.json';
import { billOfUse, type BillOfMaterials } from './bill-of-materials';
import { npmJson } from './npm';
import { shippedPackages } from './shipped-packages';

// npm's own output; the bill says its format and version.
const bill = npmJson('sbom', '--sbom-format', 'cyclonedx') as BillOfMaterials;
process.stdout.write(`${JSON.stringify(billOfUse(bill, name, shippedPackages()), null, 2)}\n`);
