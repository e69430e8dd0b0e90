import type {
  FollowFilter,
  FollowOptions,
  PlacedWebhook,
  WebhookReader,
} from '../../../../cli/clients/webhooks/webhook-reader';
import { accountSid, fakeSecrets, messageSid, otherAccountSid, run, secretText } from '../fake-environment';
import { call, configured, listOf, message, sentMessage, sentStatus, unrecognized } from './fake-webhooks';

interface Followed {
  readonly filter: FollowFilter;
  readonly options: FollowOptions;
}

/** A gateway in which these webhooks arrive; then the watching ends, as with Ctrl-C. */
const arriving = (webhooks: readonly PlacedWebhook[]) => {
  const followed: Followed[] = [];
  const stop = new AbortController();
  const reader: Partial<WebhookReader> = {
    follow: (filter, options) => {
      followed.push({ filter, options });
      stop.abort();
      return listOf([webhooks]);
    },
  };
  return { parts: { ...configured, webhooks: reader, signal: stop.signal }, followed };
};

const all = [message(), sentMessage, sentStatus, call, unrecognized];

describe('gateway tail', () => {
  it('prints a line for each webhook, and says on stderr what it watches', async () => {
    const { parts } = arriving(all);
    const { exitCode, data, notes } = await run(['tail'], parts);
    expect(exitCode).toBe(0);
    expect(data.split('\n')).toEqual([
      '05:06:07  message.received     +15550100001 → +15550100002  héllo',
      '05:06:07  message.failed       +15550100002 → +15550100001  error 30003',
      `05:06:07  call.completed       CA${'1'.repeat(32)}`,
      '05:06:07  unrecognized         -  message_sid_missing',
    ]);
    expect(notes).toBe(
      'Watching the local gateway: webhooks of every kind, account …111111. Times are UTC. Ctrl-C ends it.',
    );
  });

  it('prints one object a line with --json, in the documented order, hostile text escaped', async () => {
    const { parts } = arriving([message({ body: 'a\u001b[2J\nb' })]);
    const { data } = await run(['tail', '--json'], parts);
    expect(data).not.toContain('\u001b');
    expect(data.split('\n')).toHaveLength(1);
    expect(JSON.parse(data)).toMatchObject({ id: messageSid, body: 'a\u001b[2J\nb' });
    expect(Object.keys(JSON.parse(data) as object).join()).toBe(
      'id,kind,type,accountSid,subject,receivedAt,recognized,direction,from,to,body,numMedia,status,errorCode,' +
        'messageType,optOutType,reason,via',
    );
  });

  it('escapes hostile text in a line, and prints its id with --wide', async () => {
    const { parts } = arriving([message({ body: 'a\u202eb\n', numMedia: 2 })]);
    const { data } = await run(['tail', '--wide'], parts);
    expect(data).toMatch(new RegExp(`a\\\\u202eb\\\\n \\(2 media\\)  ${messageSid}$`));
  });

  it('hands the filters on, and prints messages that were sent where statuses are not wanted', async () => {
    const { parts, followed } = arriving([sentMessage]);
    const args = ['--kind', 'message', '--with', '+1 555 010-0001', '--type', 'message.', '--search', 'x'];
    const { data } = await run(['tail', ...args, '--account', otherAccountSid], parts);
    expect(data).toContain('message.sent');
    expect(followed[0]?.filter).toEqual({
      kinds: ['message'],
      with: '+15550100001',
      type: 'message.',
      search: 'x',
      accountSids: [otherAccountSid],
    });
  });

  it('watches the accounts of a local gateway that was started again with others, since it stopped', async () => {
    const stop = new AbortController();
    const followed: Followed[] = [];
    const others = { first: { AWSCURRENT: secretText(otherAccountSid, 'dummy-token-of-account-2') } };
    const first = { first: { AWSCURRENT: secretText(accountSid, 'dummy-token-of-account-1') } };
    let current = fakeSecrets(first);
    const { notes, data } = await run(['tail'], {
      target: configured.target,
      signal: stop.signal,
      secrets: { ...current, read: (id, stage) => current.read(id, stage) },
      webhooks: {
        follow: async function* follow(filter, options) {
          followed.push({ filter, options });
          if (followed.length === 2) {
            yield [message({ accountSid: otherAccountSid })];
            stop.abort();
            return;
          }
          options.onProblem?.(new Error('refused'));
          options.onProblem?.(new Error('refused'));
          current = fakeSecrets(others);
          options.onProblem?.(undefined);
          await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
        },
      },
    });
    expect(followed.map(({ filter }) => filter.accountSids)).toEqual([[accountSid], [otherAccountSid]]);
    expect(followed[1]?.options.since).toEqual(new Date('2026-03-04T05:06:07.008Z'));
    expect(data).toContain('héllo');
    expect(notes.match(/Trying again until Ctrl-C/g)).toHaveLength(1);
    expect(notes).toMatch(/answers again\.\nWatching the local gateway: .*…222222/);
  });

  it('goes on where it was after a restart with the same accounts', async () => {
    const stop = new AbortController();
    let follows = 0;
    let isStopped: boolean | undefined;
    const { notes } = await run(['tail'], {
      ...configured,
      signal: stop.signal,
      webhooks: {
        follow: async function* follow(_, { signal, onProblem }) {
          follows += 1;
          onProblem?.(new Error('refused'));
          onProblem?.(undefined);
          // The accounts are read meanwhile.
          await new Promise((resolve) => setTimeout(resolve, 50));
          isStopped = signal.aborted;
          yield [message()];
          stop.abort();
        },
      },
    });
    expect({ follows, isStopped }).toEqual({ follows: 1, isStopped: false });
    expect(notes.match(/Watching/g)).toHaveLength(1);
  });

  it('fails at once where a stage refuses these credentials', async () => {
    const { exitCode, notes } = await run(['tail', '--stage', 'prod'], {
      ...configured,
      target: { ...configured.target, name: 'stage prod', stage: 'prod' },
      webhooks: {
        follow: async function* follow(_, { signal, onProblem }) {
          yield [];
          onProblem?.(Object.assign(new Error('no'), { name: 'AccessDeniedException', $fault: 'client' }));
          expect(signal.aborted).toBe(true);
          await Promise.resolve();
        },
      },
    });
    expect(exitCode).toBe(1);
    expect(notes).toContain('AccessDeniedException');
  });

  it.each([[['--kind', 'calls']], [['--direction', 'up']], [['--from', '']]])('rejects %j', async (args) => {
    expect(await run(['tail', ...args], arriving([]).parts)).toMatchObject({ exitCode: 2, data: '' });
  });
});
