import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { developmentAccount, readAccount } from '../../../local/accounts';
import { publicOrigin } from '../../../local/public-url';
import { writeStateFile, type LocalState } from '../../../local/state-file';
import { UserError } from '../../../local/user-error';
import { testAccount } from '../../helpers/test-account';

describe('--public-url', () => {
  test.each([
    ['https://gateway.example.com', 'https://gateway.example.com'],
    ['https://gateway.example.com/', 'https://gateway.example.com'],
    ['https://gateway.example.com/dev', 'https://gateway.example.com'],
    ['https://gateway.example.com:8443/dev/', 'https://gateway.example.com:8443'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ])('%s is the origin %s', (text, origin) => {
    expect(publicOrigin(text, 'dev')).toBe(origin);
  });

  test.each([
    '',
    'gateway.example.com',
    'ftp://gateway.example.com',
    'https://gateway.example.com/prod',
    'https://gateway.example.com/dev/messages',
    'https://user:pass@gateway.example.com',
    'https://gateway.example.com?a=1',
    'https://gateway.example.com#rc=3',
  ])('rejects "%s" and says what is allowed', (text) => {
    expect(() => publicOrigin(text, 'dev')).toThrow(UserError);
    expect(() => publicOrigin(text, 'dev')).toThrow('--public-url must be like https://');
  });
});

describe('an account', () => {
  test('is read from a secret', () => {
    expect(readAccount(JSON.stringify({ ...testAccount, extra: 1 }))).toEqual(testAccount);
  });

  test('looks like a real one if it is generated, and differs each time', () => {
    const [first, second] = [developmentAccount(), developmentAccount()];
    expect(readAccount(JSON.stringify(first))).toEqual(first);
    expect(first).not.toEqual(second);
  });

  test.each([undefined, '', 'no JSON', 'null', '7', '{}', '{"accountSid":"CHANGE_ME","authToken":"x"}'])(
    'rejects %j as none',
    (secret) => {
      expect(readAccount(secret)).toBeUndefined();
    },
  );
});

describe('.gateway/local.json', () => {
  const state = (pid: number): LocalState => ({
    pid,
    baseUrl: 'http://127.0.0.1:3000/dev',
    publicUrl: null,
    webhooks: { messages: 'm', status: 's', usage: 'u', events: 'e' },
    endpoints: { sqs: 'q', dynamodb: 'd', secretsmanager: 's', sns: 'n', monitoring: 'm' },
    queues: { events: 'e', deadLetters: 'd' },
    tableName: 't',
    secretIds: ['s'],
    acceptGet: false,
    handlers: [],
    region: 'us-east-1',
  });
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-state-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const file = (): string => join(directory, '.gateway', 'local.json');

  test('is written without other files, and removed', () => {
    const remove = writeStateFile(directory, state(1));
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual(state(1));
    expect(readdirSync(join(directory, '.gateway'))).toEqual(['local.json']);
    remove();
    expect(readdirSync(join(directory, '.gateway'))).toEqual([]);
  });

  test('is left alone if another gateway, which was started later, wrote it', () => {
    const remove = writeStateFile(directory, state(1));
    writeStateFile(directory, state(2));
    remove();
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual(state(2));
  });

  test('is ignored at the end if it is missing or damaged', () => {
    const remove = writeStateFile(directory, state(1));
    writeFileSync(file(), '{');
    expect(remove).not.toThrow();
    rmSync(file());
    expect(remove).not.toThrow();
  });
});
