// `npm run audit`: known vulnerabilities of dependencies.
// Exit code 0: none blocks a release; 1: at least one does; 3: the registry did not answer.
import { blocksRelease, readAdvisories } from './advisories';
import { npmJson } from './npm';
import { shippedPackages } from './shipped-packages';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const shipped = new Set(shippedPackages().map(({ name }) => name));
const advisories = readAdvisories(npmJson('audit', '--omit', 'dev', '--json'), (name) => shipped.has(name));

if (advisories === undefined) {
  print(
    'The registry returned no advisories, so the dependencies are not checked. ' +
      'Run `npm run audit` with a registry that supports it.',
  );
  process.exitCode = 3;
} else {
  for (const advisory of advisories) {
    print(`${advisory.severity}: ${advisory.name}${advisory.shipped ? ', in a function' : ''}`);
  }
  const blocking = advisories.filter(blocksRelease).length;
  print(`${shipped.size} packages in functions, ${advisories.length} advisories, ${blocking} of them block a release`);
  process.exitCode = blocking > 0 ? 1 : 0;
}
