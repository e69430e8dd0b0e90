import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { localCredentials, localRegion } from '../../local/server/aws-identity';
import { messageSids } from '../helpers/gateway-effects';
import { testAccount } from '../helpers/test-account';
import { postForm, smsForm } from '../helpers/webhooks';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';
import { postMany } from './many-posts';

const startTimeoutMs = 60_000;

describe('npm start -- --data-dir', () => {
  let directory: WorkingDirectory;
  beforeEach(() => {
    directory = workingDirectory();
    // A killed gateway leaves its synthesized stack in the temporary directory, which the test deletes.
    mkdirSync(join(directory.path, 'tmp'));
  });
  afterEach(() => directory.remove());

  const start = (account?: { readonly accountSid: string; readonly authToken: string }): Promise<ReadyGateway> =>
    directory.startReady(['--port', '0', '--data-dir', 'data'], {
      TMPDIR: join(directory.path, 'tmp'),
      ...(account === undefined
        ? {}
        : { TWILIO_ACCOUNT_SID: account.accountSid, TWILIO_AUTH_TOKEN: account.authToken }),
    });
  const storedSids = async ({ state }: ReadyGateway): Promise<string[]> => {
    const client = new DynamoDBClient({
      endpoint: state.endpoints.dynamodb,
      region: localRegion,
      credentials: localCredentials,
    });
    try {
      const sids: string[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: state.tableName })) {
        sids.push(...messageSids(Items));
      }
      return sids.sort();
    } finally {
      client.destroy();
    }
  };

  test(
    'loses no acknowledged webhook when it is killed during 200, even if a second start tried its directory',
    async () => {
      const killed = await start(testAccount);

      const second = await directory.start(['--port', '0', '--data-dir', 'data']).finished;
      expect(second.stderr).toMatch(/^error: [^\n]*data[^\n]* is another gateway running on it\?\n$/);
      expect(second.code).toBe(1);
      expect(killed.state.pid).toBe(killed.child.pid);

      const posted = await postMany(killed.state.webhooks.messages, {
        count: 200,
        connections: 32,
        account: testAccount,
        onAnswer: (answered) => {
          if (answered === 80) process.kill(killed.state.pid, 'SIGKILL');
        },
      });
      expect(await killed.finished).toMatchObject({ signal: 'SIGKILL' });
      const answered = posted.filter(({ status }) => status !== undefined);
      expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
      expect(answered.length).toBeGreaterThanOrEqual(80);
      expect(answered.length).toBeLessThan(200);

      const again = await start();
      const sids = await eventually(async () => {
        const stored = await storedSids(again);
        expect(answered.filter(({ messageSid }) => !stored.includes(messageSid))).toEqual([]);
        return stored;
      });
      // Nothing is stored twice, and nothing that was not sent.
      expect(new Set(sids).size).toBe(sids.length);
      expect(posted.map(({ messageSid }) => messageSid)).toEqual(expect.arrayContaining(sids));

      // The account is kept, too. It is not printed again, because it may be a real one.
      expect((await postForm(again.state.webhooks.messages, smsForm())).status).toBe(200);
      expect(again.stdout()).not.toContain(testAccount.authToken);
      expect(await again.stop()).toMatchObject({ code: 0 });
    },
    2 * startTimeoutMs,
  );

  test(
    'rejects a directory with a damaged journal, with one line that names the file',
    async () => {
      mkdirSync(join(directory.path, 'data'));
      const journal = join(directory.path, 'data', 'queues.journal');
      writeFileSync(journal, 'this is no journal\n');
      const { code, stderr } = await directory.start(['--port', '0', '--data-dir', 'data']).finished;
      expect(stderr).toMatch(/^error: [^\n]*queues\.journal [^\n]*\n$/);
      expect(code).toBe(1);
      expect(existsSync(journal)).toBe(true);
    },
    startTimeoutMs,
  );
});
