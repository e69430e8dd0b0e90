import { readOptions } from '../../../bench/cost/options';

const read = (...args: string[]) => {
  let text = '';
  const write = (part: string): void => void (text += part);
  try {
    return { options: readOptions(args, write), text };
  } catch (error) {
    return { error, text };
  }
};

test('as many messages are sent as come in, unless --sent says otherwise', () => {
  expect(read('--messages', '100', '--callbacks', '3').options).toEqual({
    month: { messages: 100, sent: 100, callbacks: 3, events: 0, handlers: 0, accounts: 1 },
    stage: 'prod',
    tracing: false,
    options: [],
    json: false,
  });
  const given = [
    '--sent',
    '7',
    '--events',
    '5',
    '--handlers',
    '2',
    '--accounts',
    '3',
    '--tracing',
    '--json',
    '--canary',
  ];
  expect(read('--messages', '0', '--stage', 'dev', ...given).options).toEqual({
    month: { messages: 0, sent: 7, callbacks: 0, events: 5, handlers: 2, accounts: 3 },
    stage: 'dev',
    tracing: true,
    options: ['canary'],
    json: true,
  });
});

test('options of the stage have their names', () => {
  const { options } = read('--messages', '1', '--fallback-lane', '--reconciliation');
  expect(options?.options).toEqual(['reconciliation', 'fallbackLane']);
});

test.each([
  [['--callbacks', '3'], "required option '--messages <number>' not specified"],
  [['--messages', '-1'], 'It must be a whole number.'],
  [['--messages', '1.5'], 'It must be a whole number.'],
  [['--messages', '1e3'], 'It must be a whole number.'],
  [['--messages', '1', '--accounts', '0'], 'It must be at least 1.'],
  [['--messages', '1', '--region', 'eu-west-1'], 'It must be one of us-east-1.'],
  [['--messages', '1', '--stage', 'production'], 'It must be one of dev, staging, prod.'],
  [['--messages', '1', 'more'], 'too many arguments'],
])('%j is refused with what is wrong', (args, message) => {
  const { error, text } = read(...args);
  expect(error).toMatchObject({ exitCode: 1 });
  expect(text).toContain(message);
});

test('the help has an example', () => {
  const { error, text } = read('--help');
  expect(error).toMatchObject({ exitCode: 0 });
  expect(text).toContain('npm run cost -- --messages 100000 --callbacks 3 --handlers 1');
});
