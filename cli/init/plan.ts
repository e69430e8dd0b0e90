import { basename } from 'node:path';
import { isEmptyDirectory, readApp, readText } from './app';
import { addConstruct, type NewTexts, type Wanted } from './change-app';
import { completedManifest, otherScripts } from './manifest';
import { appFile, cdkJson, constructLines, ignoredFiles, reply, stackFile, tsconfig, twilioConfig } from './texts';

/** One file that is written. */
export interface FileChange {
  /** Relative to the directory. */
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface InitPlan {
  readonly changes: readonly FileChange[];
  /** Lines that tell the user about decisions and remaining steps. */
  readonly notes: readonly string[];
}

/** Possible paths for the new handler file. `init` uses the first one that does not exist yet. */
const handlerPaths = ['handlers/reply.ts', 'handlers/twilio-reply.ts'];
const configPath = 'twilio.config.ts';

/** A file of the user's keeps its line breaks, or every line of it would be different. */
const withBreaksOf = (before: string | undefined, after: string): string =>
  before !== undefined && /\r\n/.test(before) && !/(?<!\r)\n/.test(before) ? after.replaceAll(/\r?\n/g, '\r\n') : after;

const changesOf = (directory: string, texts: NewTexts): readonly FileChange[] =>
  [...texts].flatMap(([path, text]) => {
    const before = readText(directory, path);
    const after = withBreaksOf(before, text);
    return before === after ? [] : [{ path, before, after }];
  });

const withIgnored = (text: string): string => {
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, '').replace(/\/$/, ''));
  return lines.includes('.gateway') ? text : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}.gateway/\n`;
};

const planNewApp = (directory: string, stage: string): InitPlan => {
  const [handler = ''] = handlerPaths;
  const ignored = readText(directory, '.gitignore');
  return {
    changes: changesOf(
      directory,
      new Map([
        ['package.json', completedManifest(undefined, nameOf(directory))],
        ['cdk.json', cdkJson],
        ['tsconfig.json', tsconfig],
        ['.gitignore', ignored === undefined ? `${ignoredFiles.join('\n')}\n` : withIgnored(ignored)],
        ['bin/app.ts', appFile],
        ['lib/twilio-stack.ts', stackFile(constructLines(stage, 'gateway', 'Twilio', handler))],
        [handler, reply],
        [configPath, twilioConfig(stage)],
      ]),
    ),
    notes: [],
  };
};

/** Turns a directory's name into a package name that npm accepts. */
const nameOf = (directory: string): string =>
  basename(directory)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'twilio-gateway';

const planExistingApp = (directory: string, stage: string): InitPlan => {
  const app = readApp(directory);
  const taken = (path: string, text: string) => ![undefined, text].includes(readText(directory, path));
  const handler = handlerPaths.find((path) => !taken(path, reply));
  const wanted: Wanted = { stage, handler };
  const construct = addConstruct(app, wanted);
  const isThere = construct.texts.size === 0 && construct.notes.length === 0;
  const manifest = readText(directory, 'package.json');
  const ignored = readText(directory, '.gitignore');
  const hasConfig = readText(directory, configPath) !== undefined;
  const texts = new Map([
    ['package.json', completedManifest(manifest, nameOf(directory))],
    ...(ignored === undefined ? [] : ([['.gitignore', withIgnored(ignored)]] as const)),
    ...construct.texts,
    // If the app already has the gateway, its owner has already chosen the handlers.
    ...(handler === undefined || isThere ? [] : ([[handler, reply]] as const)),
    ...(hasConfig ? [] : ([[configPath, twilioConfig(stage)]] as const)),
  ]);
  const kept = isThere ? [] : handlerPaths.filter((path) => taken(path, reply));
  return {
    changes: changesOf(directory, texts),
    notes: [
      ...kept.map((path) => `${path} is yours, and stays as it is.`),
      ...otherScripts(manifest ?? '{}').map((name) => `The script "${name}" of package.json is yours, and stays.`),
      ...construct.notes,
    ],
  };
};

/**
 * The changes that `init` makes in a directory. It leaves out files that are already complete.
 * @throws CliError for a directory that is not empty and has no CDK app in TypeScript
 */
export const planInit = (directory: string, stage: string): InitPlan =>
  isEmptyDirectory(directory) ? planNewApp(directory, stage) : planExistingApp(directory, stage);
