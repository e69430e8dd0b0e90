import { readText, importPath, type CdkApp } from './app';
import { constructLines, importLine, packageName, stackFile } from './texts';
import { compilerOf, stackClasses, type StackClass } from './typescript';

/** The content of a file after the change, by its path. */
export type NewTexts = ReadonlyMap<string, string>;

interface AppChange {
  readonly texts: NewTexts;
  readonly notes: readonly string[];
}

export interface Wanted {
  readonly stage: string;
  /** The file of the handler; undefined if none can be written. */
  readonly handler: string | undefined;
}

const stackPath = 'lib/twilio-stack.ts';

const usesPackage = (text: string): boolean => new RegExp(`(?:from|require\\()\\s*['"]${packageName}['"]`).test(text);

/** The gateway's lines, with names that the constructor does not have yet. */
const linesFor = ({ stage, handler }: Wanted, constructor: string): string =>
  constructLines(
    stage,
    /\bgateway\b/.test(constructor) ? 'twilioGateway' : 'gateway',
    /['"`]Twilio['"`]/.test(constructor) ? 'TwilioGateway' : 'Twilio',
    handler,
  );

/** @param end where the imports end; 0 if there is none: the first line may start an interpreter */
const withImport = (text: string, end: number, line: string): string => {
  const [start = ''] = /^\uFEFF?(?:#!.*\n)?/.exec(text) ?? [];
  if (end === 0) return `${start}${line}\n\n${text.slice(start.length)}`;
  // A comment stays with its import.
  const [comment = ''] = /^[ \t]*\/\/[^\r\n]*/.exec(text.slice(end)) ?? [];
  const at = end + comment.length;
  return `${text.slice(0, at)}\n${line}${text.slice(at)}`;
};

/** The offset after the last import, found by a regular expression: used if no TypeScript compiler is installed. */
const importsEnd = (text: string): number => {
  const last = [...text.matchAll(/^import\s[^;]*?['"][^'"]+['"]\)?(?:\s*with\s*\{[^}]*\})?;?/gm)].at(-1);
  return last === undefined ? 0 : last.index + last[0].length;
};

const changeStack = (app: CdkApp, stack: StackClass, wanted: Wanted): AppChange => {
  const text = readText(app.directory, stack.file) ?? '';
  const head = text.slice(0, stack.constructorEnd);
  // The brace may be on the line of the last statement.
  const closing = /\n([ \t]*)$/.exec(head)?.[1];
  const indent = closing === undefined ? '    ' : `${closing}${closing.includes('\t') ? '\t' : closing || '  '}`;
  const lines = linesFor(wanted, stack.constructorText).replaceAll(/^/gm, indent);
  const body = `${head.trimEnd()}\n\n${lines}\n${closing ?? '  '}`;
  const changed = body + text.slice(stack.constructorEnd);
  return { texts: new Map([[stack.file, withImport(changed, stack.importsEnd, importLine)]]), notes: [] };
};

/** Adds a stack to the file of the app, where it makes exactly one `App`. */
const changeEntry = (app: CdkApp): AppChange => {
  const text = readText(app.directory, app.entry) ?? '';
  const made = [...text.matchAll(/^(?:export )?(?:const|let|var)\s+(\w+)\s*=\s*new\s+(?:\w+\.)?App\(/gm)];
  const [, name] = made.length === 1 ? (made[0] ?? []) : [];
  const path = importPath(app, app.entry, stackPath);
  const line = `new TwilioStack(${name ?? 'app'}, 'TwilioStack');`;
  const imported = `import { TwilioStack } from '${path}';`;
  if (name === undefined || text.includes('TwilioStack')) {
    return { texts: new Map(), notes: [`Add to ${app.entry}: ${imported} and then: ${line}`] };
  }
  const synth = new RegExp(`^${name}\\.synth\\(`, 'm').exec(text);
  const at = synth?.index ?? text.length;
  const before = text.slice(0, at);
  const added = `${before}${before.endsWith('\n') ? '' : '\n'}${line}\n${text.slice(at)}`;
  return { texts: new Map([[app.entry, withImport(added, importsEnd(text), imported)]]), notes: [] };
};

/** Puts the construct into the only stack class of the app, or into a stack of its own. */
export const addConstruct = (app: CdkApp, wanted: Wanted): AppChange => {
  const texts = app.sources.map((file) => [file, readText(app.directory, file) ?? ''] as const);
  if (texts.some(([, text]) => usesPackage(text) && text.includes('TwilioWebhookGateway'))) {
    return { texts: new Map(), notes: [] };
  }
  const compiler = compilerOf(app.directory);
  const stacks = compiler === undefined ? [] : texts.flatMap(([file, text]) => stackClasses(compiler, file, text));
  const [only] = stacks;
  if (only !== undefined && stacks.length === 1) return changeStack(app, only, wanted);
  if (readText(app.directory, stackPath) !== undefined) {
    return {
      texts: new Map(),
      notes: [
        `${stackPath} is yours, and stays as it is. Add to a stack: ${importLine}`,
        linesFor(wanted, '').replaceAll(/^/gm, '  '),
      ],
    };
  }
  const entry = changeEntry(app);
  return { texts: new Map([[stackPath, stackFile(linesFor(wanted, ''))], ...entry.texts]), notes: entry.notes };
};
