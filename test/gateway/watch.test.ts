import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newMessageSid, postForm, smsForm, type Form } from '../helpers/webhooks';
import { testAccount } from '../helpers/test-account';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';
import { handlersModule, loggingHandler, projectCopy, type ProjectCopy } from './project-copy';

const startTimeoutMs = 60_000;
const credentials = {
  TWILIO_ACCOUNT_SID: testAccount.accountSid,
  TWILIO_AUTH_TOKEN: testAccount.authToken,
};
const replies = "  gateway.onMessage('Replies', { entry: 'handlers/reply.ts' });";

let project: ProjectCopy;
let directory: WorkingDirectory;
beforeEach(() => {
  project = projectCopy();
  directory = workingDirectory(project.path);
});
afterEach(async () => {
  await directory.remove();
  project.remove();
});

const start = (...args: readonly string[]): Promise<ReadyGateway> =>
  directory.startReady(['--port', '0', ...args], credentials);

const send = async ({ state }: ReadyGateway, changes: Form = {}): Promise<string> => {
  const MessageSid = newMessageSid();
  expect((await postForm(state.webhooks.messages, smsForm({ MessageSid, ...changes }))).status).toBe(200);
  return MessageSid;
};

const short = (sid: string): string => `${sid.slice(0, 2)}…${sid.slice(-4)}`;

/** How often a text is in the output. */
const count = (output: string, text: string): number => output.split(text).length - 1;

const reloads = ({ stdout }: ReadyGateway): number => count(stdout(), 'reloaded in ');

test(
  'a saved handler runs for the next webhook, and its lines are beside the webhook on standard output',
  async () => {
    project.save('lib/handlers.ts', handlersModule(replies));
    project.save('handlers/reply.ts', loggingHandler('first'));
    const gateway = await start();
    const first = await send(gateway);
    await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(first)}: first\n`));
    await eventually(() =>
      expect(gateway.stdout()).toMatch(
        new RegExp(`^Replies handled ${short(first)} in \\d+ ms \\(\\d+ ms after the webhook\\)$`, 'm'),
      ),
    );
    expect(gateway.stdout()).not.toContain(first);
    expect(gateway.stderr()).toContain('"message":"first"');

    // A file that was replaced is still watched.
    for (const text of ['second', 'third']) {
      const before = reloads(gateway);
      project.save('handlers/reply.ts', loggingHandler(text));
      await eventually(() => expect(reloads(gateway)).toBe(before + 1));
      const sid = await send(gateway);
      await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(sid)}: ${text}\n`));
    }
    expect(await gateway.stop()).toMatchObject({ code: 0 });
  },
  startTimeoutMs,
);

/** The TwiML with which the gateway answers a message. */
const answerTo = async ({ state }: ReadyGateway, Body: string): Promise<string> =>
  (await postForm(state.webhooks.messages, smsForm({ Body }))).body;

const answering = (text: string): string => `
import { replyWith } from '../lambda/handlers/reply-with';
export const handler = replyWith(({ body, messageSid }) => {
  console.log('asked');
  if (body === 'fail') throw new TypeError('cannot answer');
  return Promise.resolve('${text} ' + messageSid.slice(0, 2));
});
`;

test(
  'a reply function answers the next message once it is saved, and its lines and errors are shown',
  async () => {
    project.save('lib/handlers.ts', handlersModule("  gateway.replyWith({ entry: 'handlers/answer.ts' });"));
    project.save('handlers/answer.ts', answering('first'));
    const gateway = await start();
    await eventually(async () => expect(await answerTo(gateway, 'hi')).toContain('<Message>first SM</Message>'));
    await eventually(() => expect(gateway.stdout()).toMatch(/^ {2}ReplyWith SM…[0-9a-f]{4}: asked$/m));
    expect(await answerTo(gateway, 'fail')).toContain('<Response/>');
    await eventually(() => expect(gateway.stdout()).toContain('  ReplyWith: TypeError: cannot answer\n'));
    expect(gateway.stdout()).toMatch(/^ +at .*handlers\/answer\.ts:5:/m);

    project.save('handlers/answer.ts', answering('second'));
    await eventually(() => expect(reloads(gateway)).toBe(1));
    await eventually(async () => expect(await answerTo(gateway, 'hi')).toContain('<Message>second SM</Message>'));
    expect(await gateway.stop()).toMatchObject({ code: 0 });
  },
  startTimeoutMs,
);

test(
  'a handler that does not compile is named with line and column: its events wait, or the last code runs',
  async () => {
    project.save('lib/handlers.ts', handlersModule(replies));
    project.save('handlers/reply.ts', "import { nothing } from './absent';\nexport const handler = nothing;\n");
    const gateway = await start();
    expect(gateway.stderr()).toMatch(/^error: handlers\/reply\.ts:1:25: Could not resolve ".\/absent"$/m);
    expect(gateway.stdout()).toContain('waiting for code that compiles');
    const sids = [await send(gateway), await send(gateway)];
    project.save('handlers/reply.ts', loggingHandler('good'));
    for (const sid of sids) {
      await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(sid)}: good\n`));
    }

    const before = reloads(gateway);
    project.save('handlers/reply.ts', '\n\n  const = 1;\n');
    await eventually(() => expect(gateway.stderr()).toMatch(/^error: handlers\/reply\.ts:3:9: \S.*$/m));
    await eventually(() =>
      expect(gateway.stdout()).toContain('not reloaded: the code that compiled last keeps running'),
    );
    const sid = await send(gateway);
    await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(sid)}: good\n`));

    project.save('handlers/reply.ts', loggingHandler('fixed'));
    await eventually(() => expect(reloads(gateway)).toBe(before + 1));
    const next = await send(gateway);
    await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(next)}: fixed\n`));
  },
  startTimeoutMs,
);

test(
  'a handler that is registered while the gateway runs gets its own queue, and one that is removed keeps its messages',
  async () => {
    project.save('handlers/reply.ts', loggingHandler('here'));
    const gateway = await start();
    await send(gateway);
    expect(gateway.state.handlers).toEqual([]);
    project.save('lib/handlers.ts', handlersModule(replies));
    await eventually(() => expect(reloads(gateway)).toBe(1));
    const sid = await send(gateway);
    await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(sid)}: here\n`));
    // Only what was stored after the handler was registered.
    expect(count(gateway.stdout(), ': here\n')).toBe(1);

    project.save('lib/handlers.ts', handlersModule(replies, "  throw new Error('not today');"));
    await eventually(() => expect(gateway.stderr()).toMatch(/^error: lib\/handlers\.ts:6:\d+: not today$/m));
    const next = await send(gateway);
    await eventually(() => expect(gateway.stdout()).toContain(`  Replies ${short(next)}: here\n`));
  },
  startTimeoutMs,
);

test(
  'no webhook is refused, lost or handled twice while sources are reloaded ten times',
  async () => {
    project.save('lib/handlers.ts', handlersModule(replies));
    project.save('handlers/reply.ts', loggingHandler('version 0'));
    const ingress = readFileSync(join(project.path, 'lambda/ingress/handler.ts'), 'utf8');
    const gateway = await start();
    const stopSending = new AbortController();
    const sent: string[] = [];
    const sending = (async () => {
      while (!stopSending.signal.aborted) {
        sent.push(await send(gateway));
        await sleep(20);
      }
    })();
    for (let version = 1; version <= 10; version += 1) {
      project.save('handlers/reply.ts', loggingHandler(`version ${version}`));
      // The ingress function is replaced as well, and once the whole template.
      project.save('lambda/ingress/handler.ts', `${ingress}export const reloaded = ${version};\n`);
      if (version === 5) project.save('lib/reload.ts', `export const reloaded = ${version};\n`);
      await eventually(() => expect(reloads(gateway)).toBeGreaterThanOrEqual(version));
    }
    stopSending.abort();
    await sending;
    await eventually(() => {
      const handled = gateway
        .stderr()
        .split('\n')
        .filter((line) => line.includes('"reason":"handled"'));
      const sids = handled
        .filter((line) => line.startsWith('{'))
        .map((line) => (JSON.parse(line) as { messageSid: string }).messageSid);
      expect([...sids.filter((sid) => sent.includes(sid))].sort()).toEqual([...sent].sort());
    });
    expect(sent.length).toBeGreaterThan(20);
    expect(gateway.stdout()).toContain(': version 10\n');
  },
  2 * startTimeoutMs,
);

test(
  'an error at run time or while the file is loaded is shown with file and line of the source',
  async () => {
    project.save('lib/handlers.ts', handlersModule(replies));
    const thrower = (message: string): string => `\ninterface Wide { a: 1 }\nthrow new RangeError('${message}');\n`;
    project.save('handlers/reply.ts', `export const handler = async (): Promise<void> => {${thrower('running')}};\n`);
    const gateway = await start();
    const shown = (message: string): RegExp =>
      new RegExp(`^ {2}Replies: RangeError: ${message}\\n(?: +at .*\\n)*? +at .*\\bhandlers/reply\\.ts:3:7\\)?$`, 'm');
    await send(gateway);
    await eventually(() => expect(gateway.stdout()).toMatch(shown('running')));
    project.save('handlers/reply.ts', `${thrower('loading')}export const handler = 1;\n`);
    await eventually(() => expect(reloads(gateway)).toBe(1));
    // A message of another conversation: the first conversation waits for its failed message.
    await send(gateway, { From: '+15550100012' });
    await eventually(() => expect(gateway.stdout()).toMatch(shown('loading')));
  },
  startTimeoutMs,
);

test('--handlers takes examples only', async () => {
  const { code, stderr } = await directory.start(['--handlers', 'own']).finished;
  expect(stderr).toMatch(/^error: [^\n]*\n$/);
  expect(stderr).toContain("It must be 'examples'. Register your own handlers in lib/handlers.ts.");
  expect(code).toBe(1);
});
