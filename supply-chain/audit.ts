// `npm run audit`: known weaknesses of what ships. Exit code 0: none that matters; 1: some; 3: the registry gave no
// answer.
import { isGrave, readAdvisories } from './advisories';
import { npmJson } from './npm';
import { shippedPackages } from './shipped-packages';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const shipped = new Set(shippedPackages().map(({ name }) => name));
const advisories = readAdvisories(npmJson('audit', '--omit', 'dev', '--json'), (name) => shipped.has(name));

if (advisories === undefined) {
  say('The registry gave no advisories: nothing is known. Run `npm run audit` where it does.');
  process.exitCode = 3;
} else {
  for (const advisory of advisories) {
    say(`${advisory.severity}: ${advisory.name}${advisory.shipped ? ', in a function' : ''}`);
  }
  const grave = advisories.filter(isGrave).length;
  say(`${shipped.size} packages in functions, ${advisories.length} advisories, ${grave} of them to be fixed`);
  process.exitCode = grave > 0 ? 1 : 0;
}
