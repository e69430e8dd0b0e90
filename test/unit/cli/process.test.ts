import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stackOutputs, webhookUrlOutputs } from '../../../lambda/shared/contract/stack-outputs';
import { accountSid, messageSid } from './fake-environment';
import { gateway, withAnswer } from './gateway-process';
import { localState } from './local-state';
import { messageItem, startMessageTable } from './message-table';

const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };

describe('the gateway process', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-cli-'));
    mkdirSync(join(directory, '.gateway'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const writeState = (endpoint: string) =>
    writeFileSync(join(directory, '.gateway', 'local.json'), JSON.stringify(localState(endpoint)));

  it('reads the table of the local gateway, with nothing but data on stdout and nothing on stderr', async () => {
    const table = await startMessageTable([messageItem(messageSid, new Date().toISOString(), accountSid, 'héllo 🌍')]);
    try {
      writeState(table.endpoint);
      // Neither the terminal's colours nor the shell's AWS settings may affect the command.
      const result = await gateway(directory, ['messages', 'list', '--json', '--account', accountSid], {
        FORCE_COLOR: '1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_REGION: 'nowhere-1',
      });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(JSON.parse(result.stdout)).toMatchObject([{ sid: messageSid, body: 'héllo 🌍' }]);
      const forPeople = await gateway(directory, ['messages', 'list', '--account', accountSid], {
        CI: 'true',
        FORCE_COLOR: '1',
      });
      expect(forPeople.stdout).toContain(messageSid);
      expect(forPeople.stdout).not.toContain('\u001b');
    } finally {
      await table.stop();
    }
  });

  it('rejects a directory without a gateway in one line, exit code 1', async () => {
    const result = await gateway(directory, ['messages', 'list', '--json']);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(/^.*npm start.*--stage.*\n$/);
    expect(JSON.parse(result.stdout)).toEqual({
      error: { reason: 'no_gateway', message: result.stderr.trimEnd(), exitCode: 1 },
    });
  });

  it('ends without output when the reader of its pipe has gone', async () => {
    const result = await gateway(directory, ['send', '--help'], {}, (child) => child.stdout?.destroy());
    expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('ends with 130 and one line on Ctrl-C, while a service is silent', async () => {
    let running: ChildProcess | undefined;
    await withAnswer(
      200,
      undefined,
      async (endpoint) => {
        writeState(endpoint);
        const result = await gateway(directory, ['secret', 'status'], {}, (child) => {
          running = child;
        });
        expect(result).toEqual({ exitCode: 130, stdout: '', stderr: 'Interrupted.\n' });
      },
      () => running?.kill('SIGINT'),
    );
  });

  it('finds a stage by the outputs of its stack, at the endpoint that the SDK is configured with', async () => {
    const members = [...Object.values(stackOutputs), ...Object.values(webhookUrlOutputs)]
      .filter((name) => name !== stackOutputs.tableName)
      .map(
        (name) =>
          `<member><OutputKey>${name}</OutputKey><OutputValue>https://example.test/${name}</OutputValue></member>`,
      )
      .join('');
    const answer =
      '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">' +
      '<DescribeStacksResult><Stacks><member><StackName>TwilioWebhookGateway-dev</StackName>' +
      `<Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
    await withAnswer(200, answer, async (endpoint) => {
      const result = await gateway(directory, ['messages', 'list', '--stage', 'dev'], {
        ...credentials,
        AWS_ENDPOINT_URL: endpoint,
      });
      // All were read but the one that is missing.
      expect(result).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^The stack \S+ has no output TableName/),
      });
    });
  });

  it('rejects a stage that is not deployed, missing credentials and a missing region, each in one line', async () => {
    const answer =
      '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">' +
      '<Error><Type>Sender</Type><Code>ValidationError</Code>' +
      '<Message>Stack with id TwilioWebhookGateway-dev does not exist</Message></Error></ErrorResponse>';
    await withAnswer(400, answer, async (endpoint) => {
      const list = (environment: Readonly<Record<string, string>>) =>
        gateway(directory, ['messages', 'list', '--stage', 'dev'], {
          AWS_ENDPOINT_URL: endpoint,
          ...environment,
        });
      const [missing, anonymous, nowhere] = await Promise.all([
        list(credentials),
        list({ AWS_REGION: 'us-east-1' }),
        list({}),
      ]);
      expect(missing).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^There is no stack .*cdk deploy.*\n$/),
      });
      expect(anonymous).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^No AWS credentials.*\n$/),
      });
      expect(nowhere).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^No AWS region.*\n$/),
      });
    });
  });
});
