import { createColors } from 'picocolors';
import { openBackend } from '../../cli/clients/open-backend';
import { createPost } from '../../cli/clients/post';
import type { WebhookView } from '../../cli/clients/webhook-view';
import type { MessageDetails } from '../../cli/clients/dynamodb/message-view';
import { runCli } from '../../cli/main';
import { sendKinds } from '../../cli/send/send-kinds';
import { testAccount } from '../helpers/test-account';
import { eventually, workingDirectory, type WorkingDirectory } from './gateway-process';

interface Answered {
  readonly exitCode: number;
  readonly data: string;
  readonly notes: string;
}

const notNeeded = (what: string) => () => Promise.reject(new Error(`a command asks for ${what}`));

/** Runs commands in this process, as if it had been started in the directory: one start for fifty commands. */
const commandsIn = (directory: WorkingDirectory, signal: AbortSignal) => {
  const here = Object.assign(Object.create(process) as NodeJS.Process, { cwd: () => directory.path });
  const post = createPost(signal);
  return async (...args: readonly string[]): Promise<Answered> => {
    const data: string[] = [];
    const notes: string[] = [];
    const exitCode = await runCli(args, {
      output: { data: (text) => data.push(text), note: (text) => notes.push(text) },
      paint: createColors(false),
      signal,
      confirm: undefined,
      readHidden: notNeeded('a secret'),
      readInput: notNeeded('an input'),
      openBackend: (choice) => openBackend(choice, here, undefined, signal),
      post,
      twilio: {
        config: notNeeded('a configuration'),
        variable: () => undefined,
        open: notNeeded('an account'),
        writePrivateFile: notNeeded('a file'),
      },
      workingDirectory: () => directory.path,
      stageNames: () => Promise.resolve([]),
      runDev: notNeeded('a gateway'),
      now: () => new Date(),
      sleep: () => Promise.resolve(),
    });
    return { exitCode, data: data.join('\n'), notes: notes.join('\n') };
  };
};

describe('gateway send, one of every kind, to a running npm start', () => {
  const stop = new AbortController();
  let directory: WorkingDirectory;
  let command: ReturnType<typeof commandsIn>;
  beforeAll(async () => {
    directory = workingDirectory();
    await directory.startReady(['--port', '0'], {
      TWILIO_ACCOUNT_SID: testAccount.accountSid,
      TWILIO_AUTH_TOKEN: testAccount.authToken,
    });
    command = commandsIn(directory, stop.signal);
  }, 60_000);
  afterAll(async () => {
    stop.abort();
    await directory.remove();
  });

  const json = async <T>(...args: readonly string[]): Promise<T> => {
    const { exitCode, data, notes } = await command(...args, '--json');
    if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${notes}`);
    // The caller checks the shape.
    return JSON.parse(data) as T;
  };
  /** Sends one, and follows the advice that is printed. */
  const sendAndFollow = async (args: readonly string[], showed: string): Promise<void> => {
    const { exitCode, notes } = await command('send', ...args);
    expect({ args, exitCode }).toEqual({ args, exitCode: 0 });
    const next = /^Next: npx gateway (.+)$/m.exec(notes)?.[1] ?? '';
    const words = [...next.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    await eventually(async () => expect((await command(...words)).data).toContain(showed));
  };

  const messages = sendKinds.filter(({ kind }) => ['sms', 'mms', 'whatsapp'].includes(kind));
  const events = sendKinds.filter((each) => each.kind !== 'status' && !messages.includes(each));

  test.each(messages.map(({ kind }) => kind))('%s is found by messages list', async (kind) => {
    const { sid } = await json<{ readonly sid: string }>('send', kind);
    await eventually(async () => {
      const listed = await json<readonly MessageDetails[]>('messages', 'list');
      expect(listed.find((message) => message.sid === sid)).toMatchObject({ direction: 'inbound', status: 'received' });
    });
  });

  test('status is found by messages list, with its history by messages show', async () => {
    const { sid } = await json<{ readonly sid: string }>('send', 'status', '--status', 'delivered');
    await eventually(async () => {
      const listed = await json<readonly MessageDetails[]>('messages', 'list');
      expect(listed.find((message) => message.sid === sid)).toMatchObject({
        direction: 'outbound',
        status: 'delivered',
      });
      const { history } = await json<MessageDetails>('messages', 'show', sid);
      expect(history).toMatchObject([{ status: 'delivered' }]);
    });
  });

  test.each(events.map((kind) => [kind.kind, kind] as const))(
    '%s is found by events list with its subject and type, and by the advice of send',
    async (kind, { sidPrefixes: [prefix] }) => {
      const sid = `${prefix}${'0123456789abcdef'.repeat(2)}`;
      const sent = await json<{ readonly eventId: string }>('send', kind, '--sid', sid);
      await eventually(async () => {
        const listed = await json<readonly WebhookView[]>('events', 'list');
        expect(listed.find(({ id }) => id === sent.eventId)).toMatchObject({
          subject: sid,
          type: expect.stringMatching(/^[A-Za-z][\w.-]+$/),
          recognized: true,
        });
      });
      await sendAndFollow([kind, '--sid', sid], sid);
    },
  );

  test('a repeated webhook is one event, and so is a batch of Event Streams', async () => {
    const [form, batch] = [
      await json<{ readonly eventId: string }>('send', 'call', '--repeat', '3'),
      await json<{ readonly eventId: string }>('send', 'event', '--json-events', '--repeat', '3'),
    ];
    await eventually(async () => {
      const ids = (await json<readonly WebhookView[]>('events', 'list')).map(({ id }) => id);
      for (const { eventId } of [form, batch]) expect(ids.filter((id) => id === eventId)).toHaveLength(1);
    });
  });

  test('an opt-out, a button and a location are found by messages list', async () => {
    const sent = [
      await json<{ readonly sid: string }>('send', 'sms', '--opt-out', 'STOP'),
      await json<{ readonly sid: string }>('send', 'whatsapp', '--button', 'confirm-17', '--body', 'Yes'),
      await json<{ readonly sid: string }>('send', 'whatsapp', '--location', '59.3293,18.0686'),
    ];
    await eventually(async () => {
      const listed = await json<readonly MessageDetails[]>('messages', 'list');
      const bodies = sent.map(({ sid }) => listed.find((message) => message.sid === sid)?.body);
      expect(bodies).toEqual(['STOP', 'Yes', null]);
    });
    const { params } = await json<MessageDetails>('messages', 'show', sent[2]?.sid ?? '');
    expect(params).toMatchObject({ Latitude: '59.3293', Longitude: '18.0686', MessageType: 'location' });
  });
});
