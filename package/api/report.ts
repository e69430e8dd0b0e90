import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { compilerOptions } from '../../tsconfig.json';
import { projectRoot } from '../paths';
import type { Entry } from './entries';

const { Error: error, None: none } = ExtractorLogLevel;

/** Only what makes a report wrong is an error. Whether comments are complete is checked by `npm run docs:reference`. */
const messages = {
  compilerMessageReporting: { default: { logLevel: error } },
  extractorMessageReporting: {
    default: { logLevel: error },
    'ae-missing-release-tag': { logLevel: none },
    'ae-undocumented': { logLevel: none },
    // The report contains the types in signatures even if no entry exports them.
    'ae-forgotten-export': { logLevel: none },
  },
  tsdocMessageReporting: { default: { logLevel: none } },
};

const configuration = (directory: string, { name, types }: Entry, scratch: string): ExtractorConfig => {
  const entryPoint = join(directory, types);
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(directory, 'package.json'),
    configObject: {
      projectFolder: projectRoot,
      mainEntryPointFilePath: entryPoint,
      compiler: {
        overrideTsconfig: { compilerOptions: { ...compilerOptions, types: ['node'] }, files: [entryPoint] },
      },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName: name,
        reportFolder: scratch,
        reportTempFolder: join(scratch, 'new'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages,
    },
  });
};

/**
 * What an entry of the built package exports, as text for a review.
 * @throws Error that has every problem of the declarations
 */
export const apiReport = (directory: string, entry: Entry): string => {
  const scratch = mkdtempSync(join(tmpdir(), 'gateway-api-'));
  const problems: string[] = [];
  const collect = (message: ExtractorMessage): void => {
    message.handled = true;
    if (message.logLevel === error) problems.push(message.formatMessageWithLocation(directory));
  };
  try {
    Extractor.invoke(configuration(directory, entry, scratch), { localBuild: true, messageCallback: collect });
    if (problems.length > 0) throw new Error(`${entry.types}:\n${problems.join('\n')}`);
    return readFileSync(join(scratch, `${entry.name}.api.md`), 'utf8');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
};
