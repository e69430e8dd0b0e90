import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtProgram } from '../helpers/built-programs';
import { messageSids } from '../helpers/gateway-effects';
import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import { newMessageSid, postForm, smsForm, statusForm } from '../helpers/webhooks';
import { eventually, projectRoot, startProcess, typescript, type Finished } from './gateway-process';

// The commands of docs/move.md, on two local gateways of one account, while messages and statuses go on arriving.

const page = readFileSync(join(projectRoot, 'docs', 'move.md'), 'utf8');
/** Need AWS or a person: an Auth Token from the keyboard, a page that has no end. */
const notHere = /^npx (?:cdk|gateway (?:secret|doctor|tail)) /;

/** The commands of a step of the page. */
const commandsOf = (step: number): readonly string[] => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${step}. `)) ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => line !== '' && !notHere.test(line));
};

const number = '+15550100002';
type Stage = 'old' | 'new';
const gateways = new Map<Stage, StageGateway>();
let double: TwilioDouble;
let account: { readonly accountSid: string; readonly authToken: string };
let directory = '';
let apiKey: { readonly sid: string; readonly secret: string };

const gatewayOf = (stage: Stage): StageGateway => {
  const gateway = gateways.get(stage);
  if (gateway === undefined) throw new Error(`${stage} does not run`);
  return gateway;
};

const start = async (stage: Stage): Promise<void> => {
  const gateway = await startStageGateway({}, { publicOrigin: `https://${stage}.example`, account }, (stack) =>
    stack.onMessage('Echo', { entry: 'test/fixtures/handlers/echo.ts' }),
  );
  gateways.set(stage, gateway);
  const home = join(directory, stage);
  mkdirSync(join(home, '.gateway'), { recursive: true });
  writeFileSync(join(home, '.gateway', 'local.json'), JSON.stringify({ ...gateway.gateway.state, pid: process.pid }));
  writeFileSync(
    join(home, 'twilio.config.ts'),
    `import { defineTwilioConfig } from ${JSON.stringify(join(projectRoot, 'cli/twilio/config/config'))};
     const accounts = { main: { phoneNumbers: ['${number}'] } };
     export const twilioConfig = defineTwilioConfig({ local: { accounts } });`,
  );
};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'gateway-move-'));
  double = await startTwilioDouble();
  const { sid, authToken } = double.addAccount();
  account = { accountSid: sid, authToken };
  apiKey = double.addApiKey(sid);
  double.addPhoneNumber(sid, number, { sms_url: 'https://old.example/dev/messages#rc=3&rp=4xx,5xx,ct,rt' });
  await start('old');
  await start('new');
}, 120_000);
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  await double.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a line of the page in the directory of its stage; files are in one place, as on the page. */
const run = async (line: string): Promise<Finished> => {
  const stage: Stage = line.includes('--stage old') ? 'old' : 'new';
  const args = line
    .replace(/ --stage \w+/, '')
    .split(' ')
    .slice(2)
    .map((word) => (word.endsWith('.ndjson') ? join(directory, word) : word));
  // Only the configuration of Twilio is TypeScript.
  const loader = args[0] === 'twilio' ? typescript : [];
  const { finished } = startProcess(process.execPath, [...loader, ...builtProgram('bin/gateway.ts'), ...args], {
    cwd: join(directory, stage),
    env: {
      TWILIO_API_BASE_URL: double.url,
      TWILIO_API_KEY_MAIN: apiKey.sid,
      TWILIO_API_SECRET_MAIN: apiKey.secret,
    },
  });
  return finished;
};
const runStep = async (step: number): Promise<readonly Finished[]> => {
  const results: Finished[] = [];
  for (const line of commandsOf(step)) {
    const result = await run(line);
    if (result.code !== 0) throw new Error(`${line}: ${result.stderr}`);
    results.push(result);
  }
  return results;
};

const post = async (stage: Stage, route: 'messages' | 'status', form: ReturnType<typeof smsForm>): Promise<void> => {
  const url = gatewayOf(stage).webhooks[route];
  const signedUrl = `https://${stage}.example/dev/${route}`;
  const { status } = await postForm(url, { ...form, AccountSid: account.accountSid }, { ...account, signedUrl });
  expect([200, 204]).toContain(status);
};
const receive = async (stage: Stage, count: number): Promise<readonly string[]> => {
  const sids = Array.from({ length: count }, () => newMessageSid());
  for (const MessageSid of sids) await post(stage, 'messages', smsForm({ MessageSid, Body: `text ${MessageSid}` }));
  return sids;
};
const status = (stage: Stage, sid: string, name: string): Promise<void> => post(stage, 'status', statusForm(sid, name));
const settled = async (): Promise<void> => {
  for (const gateway of gateways.values()) await gateway.settled(60_000);
};

const handledBy = (stage: Stage): readonly string[] =>
  gatewayOf(stage)
    .logs()
    .flatMap((line) => {
      const event = line['event'] as { readonly data?: { readonly messageSid?: string } } | undefined;
      return line['handler'] === 'Echo' && event?.data?.messageSid !== undefined ? [event.data.messageSid] : [];
    });
const smsUrl = (): unknown => [...double.state.phoneNumbers.values()][0]?.['sms_url'];

test('every message is in the new stage, and was handled once', async () => {
  const [sent, delivered] = [newMessageSid(), newMessageSid()];
  const first = await receive('old', 8);
  for (const sid of [sent, delivered]) await status('old', sid, 'queued');
  await settled();
  await eventually(() => expect(handledBy('old').toSorted()).toEqual(first.toSorted()), 30_000);
  await runStep(2);
  await runStep(3);

  // Twilio still has the old URL.
  const second = await receive('old', 4);
  await runStep(4);
  expect(smsUrl()).toMatch(/^https:\/\/new\.example\/dev\/messages/);

  const third = await receive('new', 4);
  // Callbacks of the same messages come to both stages, in any order.
  await status('new', sent, 'sent');
  await status('old', sent, 'delivered');
  await status('old', delivered, 'sent');
  await status('new', delivered, 'delivered');
  // A late retry of what the old stage has handled.
  const [retried = ''] = first;
  await post('new', 'messages', smsForm({ MessageSid: retried, Body: `text ${retried}` }));
  await settled();
  await runStep(5);
  await runStep(6);
  const reconciled = await run(`${commandsOf(6)[0] ?? ''} --json`);
  expect(JSON.parse(reconciled.stdout)).toMatchObject({ missing: 0 });

  const all = [...first, ...second, ...third];
  const items = await gatewayOf('new').items();
  expect(messageSids(items).toSorted()).toEqual([...all, sent, delivered].toSorted());
  for (const sid of [sent, delivered]) {
    const rows = await gatewayOf('new').itemsOf(`${account.accountSid}#MESSAGE#${sid}`);
    expect(rows.find(({ sk }) => sk?.S === 'MESSAGE')?.['status']?.S).toBe('delivered');
    const history = rows.flatMap(({ sk }) => (sk?.S?.startsWith('STATUS#') === true ? [sk.S] : []));
    expect(history).toEqual(['STATUS#delivered#-', 'STATUS#queued#-', 'STATUS#sent#-']);
  }
  await eventually(() => expect([...handledBy('old'), ...handledBy('new')].toSorted()).toEqual(all.toSorted()), 30_000);
  expect(handledBy('new').toSorted()).toEqual(third.toSorted());
}, 240_000);

test('the page has the commands of every step', () => {
  expect([2, 3, 4, 5, 6].map((step) => commandsOf(step).length)).toEqual([2, 3, 2, 3, 2]);
});
