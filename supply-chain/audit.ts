// `npm run audit`: known vulnerabilities of dependencies.
// Exit code 0: none blocks a release; 1: at least one does; 3: the registry did not answer.
import { blocksRelease, readAdvisories, type Place } from './advisories';
import { npmJson } from './npm';
import { runsInFunction, shippedPackages } from './shipped-packages';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const audit = async (): Promise<void> => {
  const shipped = await shippedPackages();
  const inFunctions = new Set(shipped.filter(runsInFunction).map(({ name }) => name));
  const published = new Set(shipped.map(({ name }) => name));
  const placeOf = (name: string): Place =>
    inFunctions.has(name) ? 'function' : published.has(name) ? 'command' : 'clone';
  const advisories = readAdvisories(npmJson('audit', '--omit', 'dev', '--json'), placeOf);

  if (advisories === undefined) {
    print(
      'The registry returned no advisories, so the dependencies are not checked. ' +
        'Run `npm run audit` with a registry that supports it.',
    );
    process.exitCode = 3;
  } else {
    for (const advisory of advisories) {
      print(`${advisory.severity}: ${advisory.name}, in the ${advisory.runsIn}`);
    }
    const blocking = advisories.filter(blocksRelease).length;
    print(
      `${published.size} packages in the published files, ${inFunctions.size} of them in functions; ` +
        `${advisories.length} advisories, ${blocking} of them block a release`,
    );
    process.exitCode = blocking > 0 ? 1 : 0;
  }
};

void audit();
