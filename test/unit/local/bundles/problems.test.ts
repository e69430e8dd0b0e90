import { problemsOf } from '../../../../local/bundles/problems';

const root = '/project';
const location = { file: 'handlers/reply.ts', line: 3, column: 6 };

const buildFailure = (...errors: readonly { readonly text: string; readonly location: typeof location | null }[]) =>
  Object.assign(new Error('Build failed'), { errors });

test('errors of esbuild have file, line and column, counted from 1, each once', () => {
  const found = { text: 'Expected ";"', location };
  expect(problemsOf(buildFailure(found, found, { text: 'No file', location: null }), root, root)).toEqual([
    'handlers/reply.ts:3:7: Expected ";"',
    'No file',
  ]);
  const absolute = { ...found, location: { ...location, file: '/project/lib/a.ts' } };
  expect(problemsOf(buildFailure(absolute), root, root)).toEqual(['lib/a.ts:3:7: Expected ";"']);
  expect(problemsOf(buildFailure(found), root, '/project/packages/app')).toEqual([
    'packages/app/handlers/reply.ts:3:7: Expected ";"',
  ]);
});

test('another error has its message', () => {
  expect(problemsOf(buildFailure(), root, root)).toEqual(['Build failed']);
  expect(problemsOf(new Error('npm install --save-dev esbuild'), root, root)).toEqual([
    'npm install --save-dev esbuild',
  ]);
  expect(problemsOf('text', root, root)).toEqual(['text']);
});
