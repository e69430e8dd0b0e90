import { createEventQueue } from '../../../../console/server/http/event-queue';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accountSid, messageSid, otherAccountSid } from '../../cli/fake-environment';
import { fakeBackend, fakeContext, startTestConsole, type CallOptions, type TestConsole } from './console-fixture';
import type { Backend } from '../../../../cli/clients/ports';

const open: TestConsole[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const served of open.splice(0)) await served.close();
  for (const server of servers.splice(0)) server.close();
});

const call = async (
  path: string,
  options: CallOptions,
  parts: Partial<Backend>,
  twilioUrl?: string,
): Promise<Awaited<ReturnType<TestConsole['call']>>> => {
  const twilio = {
    ...fakeContext.twilio,
    variable: (name: string) => (name === 'TWILIO_API_BASE_URL' ? twilioUrl : undefined),
  };
  const backend = fakeBackend(parts);
  const served = await startTestConsole({
    backend: () => Promise.resolve({ ...backend, target: { ...backend.target, secretIds: ['first-account'] } }),
    context: { ...fakeContext, twilio },
  });
  open.push(served);
  return served.call(path, options);
};

test('a replay names one of the accounts of the gateway', async () => {
  const publishing = jest.fn(() => Promise.reject(new Error('the test publishes nothing')));
  const body = { id: messageSid, accountSid: otherAccountSid };
  const { status, text } = await call('/api/replay', { method: 'POST', body }, { publishing });
  expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('no such account') });
  expect(publishing).not.toHaveBeenCalled();
});

test('a conversation has the replies to its person from its own address, and no others', async () => {
  const reply = (sid: string, from: string, to: string) => ({
    ...{
      sid,
      from,
      to,
      at: '2026-03-04T05:06:07.008Z',
      body: sid,
      status: 'sent',
      messagingServiceSid: null,
      mediaUrls: [],
    },
  });
  const [own, person] = ['+15550100002', '+15550100001'];
  const replies = [reply('mine', own, person), reply('other person', own, '+15550100003'), reply('other', person, own)];
  const reader = { conversation: jest.fn().mockResolvedValue({ messages: [], before: null }) };
  const query = new URLSearchParams({ account: accountSid, own, person });
  const { text } = await call(
    `/api/conversation?${query.toString()}`,
    {},
    {
      webhooks: jest.fn().mockResolvedValue(reader),
      replies: jest.fn().mockResolvedValue(replies),
    },
  );
  expect(JSON.parse(text)).toMatchObject({ messages: [], replies: [{ sid: 'mine' }], before: null });
});

describe('a medium', () => {
  const url = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/ME${'1'.repeat(32)}`;

  const fetched = async (contentType: string) => {
    const twilio = createServer((_, outgoing) => {
      outgoing.writeHead(200, { 'content-type': contentType }).end('<svg onload="alert(1)"/>');
    });
    servers.push(twilio);
    await new Promise<void>((resolve) => twilio.listen(0, '127.0.0.1', resolve));
    const find = jest.fn().mockResolvedValue([{ accountSid, media: [{ url, contentType }] }]);
    const parts = { messages: () => Promise.resolve({ find, list: jest.fn() }) };
    const base = `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`;
    return call(`/api/media?account=${accountSid}&message=${messageSid}&index=0`, {}, parts, base);
  };

  test('of a type that a browser shows is shown', async () => {
    const { status, headers } = await fetched('image/png');
    expect({ status, headers }).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/png', 'content-disposition': 'inline' },
    });
  });

  test.each(['image/svg+xml', 'text/html', 'application/pdf'])('of the type %s is a file to save', async (type) => {
    const { status, headers } = await fetched(type);
    expect({ status, headers }).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' },
    });
  });
});

test('a page that reads nothing misses the oldest events, and the memory does not grow', async () => {
  const queue = createEventQueue<number>();
  for (let event = 0; event < 5_003; event += 1) queue.push(event);
  const stop = new AbortController();
  const read: number[] = [];
  for await (const event of queue.events(stop.signal)) {
    read.push(event);
    if (event === 5_002) break;
  }
  expect(read).toHaveLength(5_000);
  expect(read[0]).toBe(3);
});
