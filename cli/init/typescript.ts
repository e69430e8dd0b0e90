import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as ts from 'typescript';

/** The part of the compiler that reads a file. */
type Compiler = Pick<
  typeof ts,
  | 'createSourceFile'
  | 'ScriptTarget'
  | 'isClassDeclaration'
  | 'isConstructorDeclaration'
  | 'isExpressionStatement'
  | 'isImportDeclaration'
  | 'SyntaxKind'
>;

/** The TypeScript compiler of the app, because this package has none. TypeScript 7 has no JavaScript API. */
export const compilerOf = (directory: string): Compiler | undefined => {
  try {
    const loaded = createRequire(join(directory, 'package.json'))('typescript') as Partial<Compiler>;
    return typeof loaded.createSourceFile === 'function' ? (loaded as Compiler) : undefined;
  } catch {
    return undefined;
  }
};

/** The class of a stack whose constructor can get another construct. */
export interface StackClass {
  readonly file: string;
  /** Where the constructor ends, before its brace. */
  readonly constructorEnd: number;
  /** Where the imports of the file end. */
  readonly importsEnd: number;
  readonly constructorText: string;
}

/** Every class of a file that extends `Stack` and calls its constructor. */
export const stackClasses = (compiler: Compiler, file: string, text: string): readonly StackClass[] => {
  const source = compiler.createSourceFile(file, text, compiler.ScriptTarget.Latest, true);
  const importsEnd = source.statements.filter((statement) => compiler.isImportDeclaration(statement)).at(-1)?.end ?? 0;
  return source.statements.flatMap((statement) => {
    if (!compiler.isClassDeclaration(statement)) return [];
    const parent = statement.heritageClauses?.find(({ token }) => token === compiler.SyntaxKind.ExtendsKeyword);
    if (!/^(?:\w+\.)?Stack$/.test(parent?.types[0]?.expression.getText(source) ?? '')) return [];
    const constructor = statement.members.find((member) => compiler.isConstructorDeclaration(member));
    const body = constructor?.body;
    if (body === undefined) return [];
    return [{ file, constructorEnd: body.end - 1, importsEnd, constructorText: body.getText(source) }];
  });
};
