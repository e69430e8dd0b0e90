import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';
import { fromNumber, testAccount, toNumber } from '../helpers/test-account';
import { eventually, workingDirectory, type ReadyGateway, type WorkingDirectory } from './gateway-process';

const timeoutMs = 60_000;
const credentials = { TWILIO_ACCOUNT_SID: testAccount.accountSid, TWILIO_AUTH_TOKEN: testAccount.authToken };
let directory: WorkingDirectory;
let gateway: ReadyGateway;
beforeAll(async () => {
  directory = workingDirectory();
  gateway = await directory.startReady(['--port', '0', '--log', 'lines', '--handlers', 'examples'], credentials);
}, timeoutMs);
afterAll(() => directory.remove());

const short = (text: string): string => `${text.slice(0, 2)}…${text.slice(-4)}`;
const addresses = `${short(fromNumber)} → ${short(toNumber)}`.replaceAll('+', '\\+');
const appears = (line: RegExp): Promise<void> => eventually(() => expect(gateway.stdout()).toMatch(line));

test('a webhook is a line with its result, and a second delivery is a duplicate', async () => {
  const MessageSid = newMessageSid();
  const form = smsForm({ MessageSid, Body: 'a private text' });
  await postForm(gateway.state.webhooks.messages, form);
  const about = `^[\\d:]{8}  SMS +${addresses}   `;
  await appears(new RegExp(`${about}stored  \\d+ ms  ${short(MessageSid)}$`, 'm'));
  await appears(new RegExp(`^[\\d:]{8}  └ AutoReply handled ${short(MessageSid)} in \\d+ ms`, 'm'));
  await postForm(gateway.state.webhooks.messages, form);
  await appears(new RegExp(`${about}duplicate  \\d+ ms  ${short(MessageSid)}$`, 'm'));
});

test('a refused request has the reason that ingress has logged', async () => {
  const form = smsForm({ MessageSid: newMessageSid() });
  await postForm(gateway.state.webhooks.messages, form, { authToken: 'f'.repeat(32) });
  await appears(new RegExp(`^[\\d:]{8}  SMS +${addresses}   refused 403 signature_mismatch  \\d+ ms  `, 'm'));
  await postForm(`${gateway.state.baseUrl}/nothing`, form);
  await appears(/^[\d:]{8} {2}POST \/dev\/nothing +refused 404 Not Found {2}\d+ ms$/m);
});

test('the reply, and its statuses, are lines', async () => {
  await appears(/^[\d:]{8} {2}reply SM…[0-9a-f]{4} to SM…[0-9a-f]{4}: queued$/m);
  await appears(/^[\d:]{8} {2}status delivered +\S+ → \S+ +stored {2}\d+ ms {2}SM…[0-9a-f]{4}$/m);
});

test('no text, number or record is printed, and nothing on standard error', () => {
  const { stdout, stderr } = gateway;
  const [, lines = ''] = stdout().split('messages list\n');
  expect(lines).toContain('stored');
  expect(lines).not.toMatch(/private|^\{|"level"|\+1555010/m);
  expect(stdout()).not.toContain('\u001b');
  expect(stderr()).toBe('');
});
