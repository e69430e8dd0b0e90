import { rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { devAssembly } from '../../helpers/assembly';
import { testAccount } from '../../helpers/test-account';
import { encodeForm, newMessageSid, postForm, smsForm, twilioSignature, type Form } from '../../helpers/webhooks';
import { mutatedAssembly, type Patch } from '../mutants/mutated-assembly';
import type { Check } from '../run-checks';
import { assert, delivered, eventually, sidOf, withGateway, type ExperimentGateway } from './experiment-gateway';

/** Wrong clocks of ingress, and whether it then still accepts a token that has just been replaced. */
const clocks: readonly {
  readonly name: string;
  readonly offset: string;
  readonly acceptsPrevious: boolean;
}[] = [
  { name: 'an hour slow', offset: '-3_600_000', acceptsPrevious: true },
  { name: '59 minutes fast', offset: '59 * 60_000', acceptsPrevious: true },
  {
    name: 'at the end of a leap day',
    offset: "Date.parse('2028-02-29T23:59:59.000Z') - Date.now()",
    // For this clock the replacement is years ago.
    acceptsPrevious: false,
  },
  {
    name: 'in the hour that daylight saving repeats',
    offset: "Date.parse('2026-11-01T01:59:59.000-04:00') - Date.now()",
    acceptsPrevious: true,
  },
];

/** @param offset an expression in milliseconds */
export const clockPatches = (offset: string): readonly Patch[] => [
  {
    file: 'ingress/handler.ts',
    find: 'const { now } = Date;',
    replace: `const offset = ${offset};\nconst now = () => Date.now() + offset;`,
  },
  {
    file: 'aws/account-credentials.ts',
    find: 'now: Date.now,',
    replace: `now: () => Date.now() + (${offset}),`,
  },
];

const skew: Check = {
  title: '13. Clocks an hour off, leap days, daylight saving: no valid token rejected, expiry times right',
  run: async () => {
    for (const { name, offset, acceptsPrevious } of clocks) {
      const assembly = await mutatedAssembly(devAssembly(), clockPatches(offset), ['ingress']);
      try {
        const functionEnvironment = { RETENTION_DAYS: '1', TZ: 'America/New_York' };
        await withGateway({ assembly, functionEnvironment }, async (gateway) => {
          const url = gateway.gateway.webhooks.messages;
          const { status, sid } = await gateway.sms();
          assert.equal(status, 200, name);
          const authToken = '9'.repeat(32);
          await gateway.putToken(authToken, ['AWSCURRENT']);
          assert.equal((await delivered(() => postForm(url, smsForm(), { authToken }))).status, 200, name);
          // Each environment of ingress reads the secret for itself.
          await eventually(
            async () => assert.equal((await gateway.sms()).status, acceptsPrevious ? 200 : 403, name),
            10_000,
          );
          const [row] = await gateway.settledRows(sid);
          const receivedAt = Date.parse(row?.['receivedAt'] ?? '');
          assert.equal(Number(row?.['expiresAt']), Math.floor(receivedAt / 1000) + 86_400, name);
        });
      } finally {
        rmSync(assembly.directory, { recursive: true, force: true });
      }
    }
  },
};

const openSocket = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });

/** A webhook as bytes: its head, and its body. */
const bytesOf = ({ gateway }: ExperimentGateway, form: Form): { readonly head: string; readonly body: string } => {
  const url = gateway.webhooks.messages;
  const { pathname, host } = new URL(url);
  const body = encodeForm(form);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    `X-Twilio-Signature: ${twilioSignature(url, form, testAccount.authToken)}`,
    'Connection: close',
  ];
  return { head: `${lines.join('\r\n')}\r\n\r\n`, body };
};

const answerOn = async (socket: Socket): Promise<string> => {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  return text;
};

const clients: Check = {
  title: '14. Slow, half-open, early closing and truncating clients: accepted whole or not at all',
  run: () =>
    withGateway({}, async (gateway) => {
      const url = gateway.gateway.webhooks.messages;
      const slow = smsForm();
      const { head, body } = bytesOf(gateway, slow);
      const slowSocket = await openSocket(url);
      slowSocket.write(head);
      for (let at = 0; at < body.length; at += 20) {
        slowSocket.write(body.slice(at, at + 20));
        await sleep(20);
      }
      assert.match(await answerOn(slowSocket), /^HTTP\/1\.1 200 /);
      assert.equal((await gateway.settledRows(sidOf(slow))).length, 1);

      // Half of the body, then nothing, an end or a reset.
      const halves = [smsForm(), smsForm(), smsForm()];
      const sockets = await Promise.all(
        halves.map(async (form) => {
          const socket = await openSocket(url);
          socket.on('error', () => undefined);
          const bytes = bytesOf(gateway, form);
          socket.write(bytes.head + bytes.body.slice(0, bytes.body.length / 2));
          return socket;
        }),
      );
      await sleep(100);
      sockets[1]?.end();
      sockets[2]?.resetAndDestroy();
      assert.equal((await gateway.sms()).status, 200);
      for (const form of halves) assert.deepEqual(await gateway.settledRows(sidOf(form)), []);
      sockets[0]?.destroy();

      // The whole request, then a reset before the answer, as Twilio does after 15 s: stored once or not at all.
      const closedEarly = smsForm();
      const early = await openSocket(url);
      early.on('error', () => undefined);
      const whole = bytesOf(gateway, closedEarly);
      early.write(whole.head + whole.body, () => early.resetAndDestroy());
      await sleep(200);
      assert.ok((await gateway.settledRows(sidOf(closedEarly))).length <= 1);
      assert.equal((await delivered(() => postForm(url, closedEarly))).status, 200);
      await eventually(async () => assert.equal((await gateway.settledRows(sidOf(closedEarly))).length, 1));

      // The signature covers more than the body that arrives.
      const cut = smsForm({ MessageSid: newMessageSid() });
      const { head: fullHead, body: fullBody } = bytesOf(gateway, cut);
      const short = fullBody.slice(0, -5);
      const truncating = await openSocket(url);
      truncating.write(fullHead.replace(/Content-Length: \d+/, `Content-Length: ${short.length}`) + short);
      assert.match(await answerOn(truncating), /^HTTP\/1\.1 403 /);
      assert.deepEqual(await gateway.settledRows(sidOf(cut)), []);
    }),
};

export const clockAndClientExperiments: readonly Check[] = [skew, clients];
