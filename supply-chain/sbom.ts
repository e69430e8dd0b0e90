// `npm run --silent sbom > sbom.json`: the bill of materials of the runtime dependencies, as CycloneDX.
import { name } from '../package.json';
import { runtimeBill, type BillOfMaterials } from './bill-of-materials';
import { npmJson } from './npm';
import { shippedPackages } from './shipped-packages';

// The shape that CycloneDX defines.
const bill = npmJson('sbom', '--sbom-format', 'cyclonedx') as BillOfMaterials;
process.stdout.write(`${JSON.stringify(runtimeBill(bill, name, shippedPackages()), null, 2)}\n`);
