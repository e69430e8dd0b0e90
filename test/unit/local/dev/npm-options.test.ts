import { npmOptionsAdvice, optionsTakenByNpm } from '../../../../local/dev/npm-options';
import { startCommand } from '../../../../local/dev/start-command';

const command = startCommand('npm start --', { command: 'npm start --', cli: 'npx gateway', appDirectory: '.' });

test('options that npm has taken are named, with what to type', () => {
  const environment = {
    npm_lifecycle_event: 'start',
    npm_config_port: '3005',
    npm_config_data_dir: './x',
    npm_config_console: '',
  };
  const taken = optionsTakenByNpm(command, environment);
  expect(taken).toEqual(['--port', '--data-dir', '--no-console']);
  expect(npmOptionsAdvice(taken)).toMatch(/ npm start -- --port --data-dir --no-console …$/);
});

test('settings of npm itself and a start without npm are no mistakes', () => {
  expect(optionsTakenByNpm(command, { npm_lifecycle_event: 'start', npm_config_noproxy: '' })).toEqual([]);
  expect(optionsTakenByNpm(command, { npm_config_port: '3005' })).toEqual([]);
});
