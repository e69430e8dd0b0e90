import { projectRoot } from '../gateway/gateway-process';
import { run } from './run';

test('the reports in docs/api are those of the package', async () => {
  expect(await run(projectRoot, 'npm', 'run', '--silent', 'api', '--', '--check')).toMatchObject({
    code: 0,
    stdout: '',
  });
});

test('the reference has every public member with its comment, and no broken link', async () => {
  const { code, stdout, stderr } = await run(
    projectRoot,
    'npm',
    'run',
    '--silent',
    'docs:reference',
    '--',
    '--emit',
    'none',
  );
  expect({ code, warnings: `${stdout}${stderr}`.match(/.*\[(?:warning|error)\].*/g) }).toEqual({
    code: 0,
    warnings: null,
  });
});
