import { join } from 'node:path';
import {
  sessionHeader,
  type ExplainRequest,
  type GatewayInfo,
  type LiveEvent,
  type RefusedList,
  type WebhookPage,
} from '../../console/api';
import { parseForm } from '../../lambda/shared/payload/form';
import { sign } from '../../lambda/shared/signature/signature';
import {
  eventually,
  projectRoot,
  startProcess,
  typescript,
  workingDirectory,
  type ReadyGateway,
  type WorkingDirectory,
} from './gateway-process';

const startTimeoutMs = 60_000;
const hostile = '<img src=x onerror=alert(1)> \u202e\u001b[2J \u{1f600}';

describe('the console of a running npm start', () => {
  let directory: WorkingDirectory;
  let gateway: ReadyGateway;
  let origin: string;
  let session: string;
  let secrets: readonly string[];
  /** Every answer that the page got. */
  const answers: string[] = [];

  const call = async (path: string, body?: object): Promise<Response> => {
    const headers = { [sessionHeader]: session, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const answer = await fetch(`${origin}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    answers.push(`${JSON.stringify([...answer.headers])}\n${await answer.clone().text()}`);
    return answer;
  };
  /** The caller knows the shape, which console/api.ts has. */
  const get = async <T>(path: string): Promise<T> => (await (await call(path)).json()) as T;
  const post = async <T>(path: string, body: object): Promise<T> => (await (await call(path, body)).json()) as T;
  const rows = async (query = ''): Promise<WebhookPage['rows']> =>
    (await get<WebhookPage>(`/api/webhooks?${query}`)).rows;

  beforeAll(async () => {
    directory = workingDirectory();
    gateway = await directory.startReady(['--port', '0']);
    const url = new URL(gateway.state.console ?? '');
    origin = url.origin;
    const answer = await fetch(`${origin}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: url.hash.replace('#token=', '') }),
    });
    ({ session } = (await answer.json()) as { readonly session: string });
    const authToken = /TWILIO_AUTH_TOKEN=(\S+)$/m.exec(gateway.stdout())?.[1] ?? '';
    secrets = [authToken, url.hash.replace('#token=', ''), session];
  }, startTimeoutMs);
  afterAll(() => directory.remove());

  test('is of this gateway, and may change it', async () => {
    const info = await get<GatewayInfo>('/api/gateway');
    expect(info).toMatchObject({ name: 'local gateway', isLocal: true, allowsChanges: true, keepsRefused: true });
    expect(info.accounts).toHaveLength(1);
  });

  test('`gateway console` prints its address', async () => {
    const { stdout, code } = await directory.gateway('console');
    expect({ code, url: stdout.trim() }).toEqual({ code: 0, url: gateway.state.console });
  });

  test('finds each kind of webhook that it sends, with its subject', async () => {
    const { kinds } = await get<{ readonly kinds: readonly { readonly kind: string }[] }>('/api/send');
    const sent: { readonly sid: string }[] = [];
    for (const { kind } of kinds) {
      const result = await post<{ sid: string; answers: { status: number }[] }>('/api/send', { kind, body: hostile });
      expect({ kind, accepted: result.answers.every(({ status }) => status < 300) }).toEqual({ kind, accepted: true });
      sent.push(result);
    }
    await eventually(async () => {
      const subjects = (await rows()).map(({ subject }) => subject);
      expect(subjects).toEqual(expect.arrayContaining(sent.map(({ sid }) => sid)));
    });
    expect((await rows('search=onerror'))[0]?.body).toBe(hostile);
  });

  test('shows a webhook as it arrives, within a second of the answer', async () => {
    const stop = new AbortController();
    const live = await fetch(`${origin}/api/live`, { headers: { [sessionHeader]: session }, signal: stop.signal });
    const events: LiveEvent[] = [];
    const reading = (async () => {
      let rest = '';
      for await (const chunk of live.body ?? []) {
        const lines = `${rest}${Buffer.from(chunk).toString('utf8')}`.split('\n');
        rest = lines.pop() ?? '';
        // The server writes lines of this type.
        events.push(...lines.map((line) => JSON.parse(line) as LiveEvent));
      }
    })().catch(() => undefined);
    await eventually(() => expect(events[0]).toMatchObject({ type: 'alive' }));
    // The first poll has ended.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { sid } = await post<{ sid: string }>('/api/send', { kind: 'sms', body: 'live' });
    await eventually(
      () =>
        expect(events.flatMap((event) => (event.type === 'webhooks' ? event.rows : [])).map(({ id }) => id)).toContain(
          sid,
        ),
      // A busy machine: alone it takes 0.3 s.
      5000,
    );
    await post('/api/send', { kind: 'sms', tamper: true });
    await eventually(() => expect(events.map(({ type }) => type)).toContain('refused'));
    stop.abort();
    await reading;
  });

  test('pages through the webhooks, each once, newest first', async () => {
    const all = await rows();
    const paged: string[] = [];
    let before = '';
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await get<WebhookPage>(`/api/webhooks?limit=3&before=${encodeURIComponent(before)}`);
      paged.push(...page.rows.map(({ id }) => id));
      if (page.next === null) break;
      before = page.next;
    }
    expect(paged).toEqual(all.map(({ id }) => id));
  });

  test('explains a refused request, without the signature that it should have had', async () => {
    await post('/api/send', { kind: 'sms', tamper: true });
    const list = await eventually(async () => {
      const found = await get<RefusedList>('/api/refused');
      expect(found.requests[0]).toMatchObject({ path: '/dev/messages', status: 403, reason: 'signature_mismatch' });
      return found;
    });
    const id = list.requests[0]?.id ?? '';
    const refused = await get<{ headers: [string, string][]; body: string; verdict: { accepted: boolean } }>(
      `/api/refused/${id}`,
    );
    expect(refused.verdict.accepted).toBe(false);
    expect(refused.headers).toContainEqual(['x-twilio-signature', '[hidden, 28 characters]']);
    const [authToken = ''] = secrets;
    const content = { url: gateway.state.webhooks.messages, params: parseForm(Buffer.from(refused.body)) };
    secrets = [...secrets, sign({ algorithm: 'HMAC-SHA1', secret: authToken }, content)];
    const headers = "-H 'X-Twilio-Signature: AAAA'";
    const pasted: ExplainRequest = {
      request: `curl '${gateway.state.webhooks.messages}' ${headers} --data-raw '${refused.body}'`,
    };
    expect(await post('/api/explain', pasted)).toMatchObject({ accepted: false });
  });

  test('answers every screen', async () => {
    const [message] = await rows('kinds=message');
    const [event] = await rows('kinds=event');
    const account = message?.accountSid ?? '';
    const conversation = new URLSearchParams({ account, own: message?.to ?? '', person: message?.from ?? '' });
    for (const path of [
      `/api/messages/${message?.id ?? ''}?account=${account}`,
      `/api/events/${encodeURIComponent(event?.id ?? '')}?account=${account}`,
      '/api/conversations',
      `/api/conversation?${conversation.toString()}`,
      '/api/queues',
      '/api/queues/events/dead-letters',
      '/api/handlers',
      '/api/health',
      '/api/account',
      '/api/metrics?minutes=5',
      '/api/setup',
    ]) {
      const { status } = await call(path);
      expect({ path, status }).toEqual({ path, status: 200 });
    }
    expect((await call('/api/setup/differences')).status).toBe(400);
    expect((await call('/api/messages/SM0')).status).toBe(404);
  });

  test('its health checks are not refused requests of the list', async () => {
    const { requests } = await get<RefusedList>('/api/refused');
    expect(requests.filter(({ path }) => path === '/messages')).toEqual([]);
  });

  test('no answer had a token, a session or an expected signature', () => {
    expect(answers.length).toBeGreaterThan(20);
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(20);
      expect(answers.filter((answer) => answer.includes(secret))).toEqual([]);
    }
  });

  test('ends with the gateway, and its token with it', async () => {
    expect((await gateway.stop()).code).toBe(0);
    await expect(fetch(origin)).rejects.toThrow();
    expect(directory.hasState()).toBe(false);
  });
});

test(
  'gateway console serves a gateway that has no console of its own, until it is interrupted',
  async () => {
    const directory = workingDirectory();
    try {
      await directory.startReady(['--port', '0', '--no-console']);
      const started = startProcess(
        process.execPath,
        [...typescript, join(projectRoot, 'bin', 'gateway.ts'), 'console'],
        {
          cwd: directory.path,
        },
      );
      const url = await eventually(() => {
        const [printed = ''] = /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/m.exec(started.stdout()) ?? [];
        expect(printed).not.toBe('');
        return new URL(printed);
      });
      expect(await (await fetch(url.origin)).text()).toContain('/page.js');
      started.child.kill('SIGINT');
      expect(await started.finished).toMatchObject({ code: 0 });
      await expect(fetch(url.origin)).rejects.toThrow();
    } finally {
      await directory.remove();
    }
  },
  startTimeoutMs,
);
