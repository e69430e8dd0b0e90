import { problemsOf } from '../../../../local/watch/problems';

const root = '/project';

test('errors of esbuild have file, line and column, counted from 1, each once', () => {
  const location = { file: 'handlers/reply.ts', line: 3, column: 6 };
  const found = { text: 'Expected ";"', location };
  expect(problemsOf({ errors: [found, found, { text: 'No file', location: null }] }, root)).toEqual([
    'handlers/reply.ts:3:7: Expected ";"',
    'No file',
  ]);
  expect(problemsOf({ errors: [{ ...found, location: { ...location, file: '/project/lib/a.ts' } }] }, root)).toEqual([
    'lib/a.ts:3:7: Expected ";"',
  ]);
  expect(problemsOf({ errors: [] }, root)).toEqual([]);
});

test('another error has the first line of its stack that is in the project and in no package', () => {
  const error = new Error('first\nsecond');
  error.stack = [
    'Error: first',
    '    at check (/project/node_modules/aws-cdk-lib/core.js:1:2)',
    '    at registerHandlers (/project/lib/handlers.ts:6:9)',
  ].join('\n');
  expect(problemsOf(error, root)).toEqual(['lib/handlers.ts:6:9: first', 'second']);
  error.stack = 'Error: first';
  expect(problemsOf(error, root)).toEqual(['first', 'second']);
  expect(problemsOf('text', root)).toEqual(['text']);
});
