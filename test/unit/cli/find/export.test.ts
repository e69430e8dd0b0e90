import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlacedWebhook, WebhookQuery } from '../../../../cli/clients/webhooks/webhook-reader';
import { accountSid, messageSid, run } from '../fake-environment';
import { call, configured, listOf, message } from './fake-webhooks';

const stored = (webhooks: AsyncIterable<PlacedWebhook> | readonly PlacedWebhook[]) => {
  const queries: WebhookQuery[] = [];
  const parts = {
    ...configured,
    webhooks: {
      newest: (query: WebhookQuery) => {
        queries.push(query);
        return 'length' in webhooks ? listOf(webhooks) : webhooks;
      },
    },
  };
  return { parts, queries };
};

const head =
  'id,kind,type,accountSid,subject,receivedAt,recognized,direction,from,to,body,numMedia,status,errorCode,' +
  'messageType,optOutType,reason,via';

describe('gateway export', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateway-export-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('writes CSV with cells that are safe in a spreadsheet, and the number of rows on stderr', async () => {
    const { data, notes } = await run(['export'], stored([message({ body: '=1+1,"x"' }), call]).parts);
    const [first, second, third] = data.split('\r\n');
    expect(first).toBe(head);
    expect(second).toContain(`${messageSid},message,message.received,${accountSid},${messageSid},2026-03-04`);
    expect(second).toContain(`,"'+15550100001","'+15550100002","'=1+1,""x""",0,received,,,,`);
    expect(third).toContain('EVENT#1,event,call.completed');
    expect(notes).toMatch(/^2 rows\. Looked back 30 days/);
  });

  it('writes one object a line as NDJSON', async () => {
    const { data } = await run(['export', '--format', 'ndjson'], stored([message(), call]).parts);
    expect(data.split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([messageSid, 'EVENT#1']);
  });

  it('hands filters and bounds on', async () => {
    const { parts, queries } = stored([]);
    const bounds = ['--since', '2026-02-01', '--until', '1d'];
    await run(['export', '--kind', 'message,status', ...bounds, '--status', 'Failed'], parts);
    expect(queries).toEqual([
      {
        accountSids: [accountSid],
        kinds: ['message', 'status'],
        status: 'failed',
        since: new Date('2026-02-01'),
        until: new Date('2026-03-03T05:06:07.008Z'),
      },
    ]);
  });

  it('writes a file that only its owner reads, in the format of its name', async () => {
    // Left by an export that was killed.
    writeFileSync(join(directory, 'all.ndjson.incomplete'), 'old', { mode: 0o644 });
    const parts = { ...stored([message()]).parts, workingDirectory: directory };
    const { data, notes } = await run(['export', '--file', 'all.ndjson'], parts);
    expect(data).toBe('');
    expect(notes).toMatch(/^1 row in all\.ndjson\./);
    expect(JSON.parse(readFileSync(join(directory, 'all.ndjson'), 'utf8'))).toMatchObject({ id: messageSid });
    expect(statSync(join(directory, 'all.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('overwrites nothing, and leaves no file that is incomplete', async () => {
    writeFileSync(join(directory, 'taken.csv'), 'mine');
    const taken = { ...stored([message()]).parts, workingDirectory: directory };
    expect(await run(['export', '--file', 'taken.csv'], taken)).toMatchObject({ exitCode: 2 });
    async function* failing(): AsyncGenerator<PlacedWebhook> {
      yield await Promise.resolve(message());
      throw new Error('the table is gone');
    }
    const broken = { ...stored(failing()).parts, workingDirectory: directory };
    expect(await run(['export', '--file', 'new.csv'], broken)).toMatchObject({ exitCode: 1 });
    expect(await run(['export', '--file', 'absent/new.csv'], taken)).toMatchObject({ exitCode: 1 });
    expect(readdirSync(directory)).toEqual(['taken.csv']);
    expect(readFileSync(join(directory, 'taken.csv'), 'utf8')).toBe('mine');
  });

  it('reports its progress every thousand rows, and writes them in pieces', async () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => message({ id: `SM${at}` }));
    const { data, notes } = await run(['export'], stored(rows).parts);
    expect(notes.match(/back to 2026-03-04T05:06:07.008Z/g)).toHaveLength(2);
    expect(notes).toContain('1,000 rows, back to');
    expect(data.split('\n').filter((line) => line.startsWith('SM'))).toHaveLength(2_500);
  });

  it.each([
    [['--since', '2026-03-05']],
    [['--since', '2026-01-02', '--until', '2026-01-02']],
    [['--since', '2026-01-02', '--days', '3']],
    [['--since', 'yesterday']],
    [['--format', 'xml']],
  ])('rejects %j with exit code 2', async (args) => {
    const { parts, queries } = stored([]);
    expect(await run(['export', ...args], parts)).toMatchObject({ exitCode: 2, data: '' });
    expect(queries).toEqual([]);
  });
});
