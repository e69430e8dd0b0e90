import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { functionNames } from '../../lambda/shared/contract/function-names';

const root = join(__dirname, '..', '..');
const sources = [
  ...readdirSync(join(root, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'lambda', name)),
  join(root, 'local', 'gateway.ts'),
  join(root, 'local', 'state-file.ts'),
];

/** Packages are not resolved, so that a program takes a second; the errors that this causes are in every program. */
const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  types: [],
  noEmit: true,
};

interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const host = ts.createCompilerHost(options);
const originals = new Map<string, ts.SourceFile | undefined>();

const programOf = (patches: readonly Patch[], before?: ts.Program): ts.Program =>
  ts.createProgram({
    rootNames: sources,
    options,
    ...(before === undefined ? {} : { oldProgram: before }),
    host: {
      ...host,
      getSourceFile: (name, version) => {
        const patched = patches.filter(({ file }) => join(root, file) === resolve(name));
        if (patched.length > 0) {
          const text = patched.reduce(
            (source, { file, find, replace }) => {
              if (source.split(find).length !== 2) throw new Error(`${file} must contain exactly once: ${find}`);
              return source.replace(find, () => replace);
            },
            ts.sys.readFile(name) ?? '',
          );
          return ts.createSourceFile(name, text, version);
        }
        if (!originals.has(name)) originals.set(name, host.getSourceFile(name, version));
        return originals.get(name);
      },
      resolveModuleNameLiterals: (literals, from) =>
        literals.map(({ text }) => {
          const resolvedFileName = `${resolve(from, '..', text)}.ts`;
          const isOwn = text.startsWith('.') && sources.includes(resolvedFileName);
          return {
            resolvedModule: isOwn ? { resolvedFileName, extension: ts.Extension.Ts } : undefined,
          };
        }),
    },
  });

/** The number of errors in each file. */
const errorsOf = (program: ts.Program): ReadonlyMap<string, number> =>
  new Map(
    sources.map((name) => {
      const file = program.getSourceFile(name);
      return [relative(root, name), file === undefined ? 0 : program.getSemanticDiagnostics(file).length];
    }),
  );

const base = programOf([]);
const baseErrors = errorsOf(base);

/** The files that no longer compile. */
const filesBrokenBy = (...patches: readonly Patch[]): readonly string[] =>
  [...errorsOf(programOf(patches, base))]
    .filter(([name, errors]) => errors > (baseErrors.get(name) ?? 0))
    .map(([name]) => name);

const addToList = (file: string, last: string, added: string): Patch => ({
  file: `lambda/shared/contract/${file}.ts`,
  find: `'${last}'] as const`,
  replace: `'${last}', '${added}'] as const`,
});
const newKind = addToList('routes', 'event', 'call');

test('a new webhook kind does not compile until its parameters are read', () => {
  expect(filesBrokenBy(newKind)).toEqual(['lambda/shared/payload/reading.ts']);
});

test('a kind that is read does not compile until it has an event id and is stored', () => {
  const reading = 'lambda/shared/payload/reading.ts';
  const broken = filesBrokenBy(
    newKind,
    {
      file: reading,
      find: "    case 'event':\n      return { kind };",
      replace: "    case 'call':\n      return { kind, callSid: '' };\n    case 'event':\n      return { kind };",
    },
    {
      file: reading,
      find: 'export type Reading =\n',
      replace: "export type Reading =\n  | { readonly kind: 'call'; readonly callSid: string }\n",
    },
  );
  expect(broken).toEqual(['lambda/consumer/parse-webhook.ts', 'lambda/shared/payload/event-id.ts']);
});

test('a new route does not compile until it has limits and an output', () => {
  expect(filesBrokenBy(addToList('routes', 'events', 'calls'))).toEqual([
    'lambda/shared/contract/routes.ts',
    'lambda/shared/contract/stack-outputs.ts',
  ]);
});

test('a new token slot does not compile until it has a label, and is read and tried', () => {
  expect(filesBrokenBy(addToList('token-slots', 'previous', 'older'))).toEqual([
    'lambda/shared/contract/token-slots.ts',
    'lambda/shared/credentials/credentials.ts',
    'lambda/shared/credentials/secret-snapshot.ts',
  ]);
});

test('a new log field does not compile until it is logged', () => {
  const field = '  readonly errorName?';
  const patch = {
    file: 'lambda/shared/runtime/ports.ts',
    find: field,
    replace: `  readonly callSid?: string;\n${field}`,
  };
  expect(filesBrokenBy(patch)).toEqual(['lambda/aws/log.ts']);
});

test('lint has rules for every function and for every folder of lambda/shared', () => {
  const folders = readdirSync(join(root, 'lambda')).filter((name) =>
    existsSync(join(root, 'lambda', name, 'handler.ts')),
  );
  expect([...functionNames].sort()).toEqual(folders.sort());
  const script =
    "import config from './eslint.config.mjs';" +
    'console.log(JSON.stringify(config.flatMap(({ files = [] }) => files)));';
  const files = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  const shared = readdirSync(join(root, 'lambda', 'shared'));
  expect(JSON.parse(files)).toEqual(
    expect.arrayContaining([
      ...functionNames.map((name) => `lambda/${name}/handler.ts`),
      ...shared.map((name) => `lambda/shared/${name}/**`),
    ]),
  );
});
