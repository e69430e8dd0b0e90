import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtProgram } from '../helpers/built-programs';
import { messageSids } from '../helpers/gateway-effects';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { startTwilioDouble, type TwilioDouble } from '../helpers/twilio-double';
import type { TwilioAccountState } from '../helpers/twilio-double/state';
import { encodeForm, formHeaders, postForm, sendRaw, smsForm, twilioSignature } from '../helpers/webhooks';
import { eventually } from './gateway-process';

interface Sent {
  readonly messageSid: string;
  readonly authToken: string;
  readonly status: number | 'no answer';
}

describe('an Auth Token that is rotated under load', () => {
  let gateway: TestGateway;
  let double: TwilioDouble;
  let account: TwilioAccountState;
  let directory: string;

  beforeAll(async () => {
    double = await startTwilioDouble();
    account = double.addAccount();
    gateway = await startTestGateway({
      account: { accountSid: account.sid, authToken: account.authToken },
    });
    directory = mkdtempSync(join(tmpdir(), 'gateway-rotation-'));
    mkdirSync(join(directory, '.gateway'));
    writeFileSync(
      join(directory, '.gateway', 'local.json'),
      JSON.stringify({ ...gateway.gateway.state, pid: process.pid }),
    );
  }, 60_000);
  afterAll(async () => {
    process.stderr.write(
      `Rotation: ${double.validatedRequests} requests fit Twilio's descriptions, ` +
        `${double.invalidRequests.length} do not.\n`,
    );
    await gateway.close();
    await double.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** `npx gateway secret rotate …` in its own process. */
  const start = (...args: readonly string[]) => {
    const child: ChildProcess = spawn(
      process.execPath,
      [...builtProgram('bin/gateway.ts'), 'secret', 'rotate', ...args],
      {
        cwd: directory,
        env: { PATH: process.env['PATH'], HOME: directory, TWILIO_API_BASE_URL: double.url },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const text = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (text.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (text.stderr += chunk.toString()));
    const finished = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, ...text }));
    });
    return { child, finished };
  };

  /** Fifty webhooks a second, signed with Twilio's token of that moment; some arrive late. */
  const startSender = (perSecond: number) => {
    const sent: Promise<Sent>[] = [];
    const url = gateway.webhooks.messages;
    const send = async (number: number): Promise<Sent> => {
      const { authToken } = account;
      const form = smsForm({ AccountSid: account.sid, Body: `number ${number}` });
      const messageSid = String(form['MessageSid']);
      const headers = formHeaders(twilioSignature(url, form, authToken));
      if (number % 5 === 0) await sleep(1_000);
      try {
        const { status } = await sendRaw(url, { headers, body: encodeForm(form) });
        return { messageSid, authToken, status };
      } catch {
        return { messageSid, authToken, status: 'no answer' };
      }
    };
    const startedAt = performance.now();
    const timer = setInterval(() => {
      // By the clock, so that a late timer catches up.
      const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
      while (sent.length < due) sent.push(send(sent.length + 1));
    }, 10);
    return {
      stop: async () => {
        clearInterval(timer);
        return Promise.all(sent);
      },
    };
  };

  /** Forged signatures on all environments, so that each has always used up its poll. */
  const startForger = () => {
    const statuses: Promise<number>[] = [];
    const timer = setInterval(() => {
      for (let at = 0; at < 8; at += 1) {
        const form = smsForm({ AccountSid: account.sid, Body: 'forged' });
        const signed = postForm(gateway.webhooks.messages, form, {
          authToken: randomBytes(16).toString('hex'),
        });
        statuses.push(signed.then(({ status }) => status));
      }
    }, 400);
    return {
      stop: async () => {
        clearInterval(timer);
        return Promise.all(statuses);
      },
    };
  };

  test('loses and rejects no genuine webhook, while forged ones arrive as well', async () => {
    const oldToken = account.authToken;
    const sender = startSender(50);
    const forger = startForger();
    const { exitCode, stdout, stderr } = await start('--yes', '--json').finished;
    await sleep(3_000);
    const [sent, forged] = await Promise.all([sender.stop(), forger.stop()]);
    await gateway.settled();

    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      rotated: true,
      steps: ['create', 'prove-pending', 'wait', 'promote', 'move', 'tidy', 'prove-current'],
    });
    expect(account.authToken).not.toBe(oldToken);
    expect(account.secondaryAuthToken).toBeUndefined();

    const items = await gateway.items();
    const stored = messageSids(items);
    const storedOnce = new Set(stored);
    const accepted = sent.filter(({ status }) => status === 200);
    const withNewToken = sent.filter(({ authToken }) => authToken !== oldToken);
    const lost = accepted.filter(({ messageSid }) => !storedOnce.has(messageSid));
    process.stderr.write(
      `Rotation under load: ${sent.length} sent (${withNewToken.length} with the new token), ` +
        `${accepted.length} accepted, ` +
        `${sent.length - accepted.length} rejected, ${lost.length} lost; ${forged.length} forged ones refused.\n`,
    );
    expect(sent.length).toBeGreaterThan(50 * 15);
    expect(withNewToken.length).toBeGreaterThan(100);
    expect(sent.filter(({ status }) => status !== 200)).toEqual([]);
    expect(lost).toEqual([]);
    expect(new Set(forged)).toEqual(new Set([403]));
    // All webhooks, no forged one, and no canary.
    expect(stored).toHaveLength(sent.length);
    expect(items.filter(({ sk }) => sk?.S !== 'MESSAGE' && sk?.S !== 'SIGNED')).toEqual([]);
    for (const token of [oldToken, account.authToken]) {
      expect(stdout + stderr + gateway.logText()).not.toContain(token);
    }
  }, 120_000);

  test('loses no webhook if it is killed while Twilio promotes the token, and a second run finishes', async () => {
    const oldToken = account.authToken;
    double.inject({ kind: 'hang' }, { operationId: 'UpdateAuthTokenPromotion' });
    const { child, finished } = start('--yes', '--again');
    await eventually(() => {
      const last = double.requests.filter(({ operationId }) => operationId === 'UpdateAuthTokenPromotion');
      expect(last.length).toBeGreaterThan(1);
    }, 60_000);
    child.kill('SIGKILL');
    await finished;
    double.clearFaults();
    const post = (authToken: string) =>
      postForm(gateway.webhooks.messages, smsForm({ AccountSid: account.sid }), { authToken });
    expect((await post(oldToken)).status).toBe(200);
    // As if Twilio had promoted the token after the process was killed.
    Object.assign(account, { authToken: account.secondaryAuthToken, secondaryAuthToken: undefined });
    expect((await post(account.authToken)).status).toBe(200);
    const again = await start('--yes', '--json').finished;
    expect(again.exitCode).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      steps: ['move', 'tidy', 'prove-current'],
    });
    for (const token of [oldToken, account.authToken]) expect((await post(token)).status).toBe(200);
  }, 120_000);

  test("every request of the client fits Twilio's OpenAPI descriptions", () => {
    expect(double.validatedRequests).toBeGreaterThan(20);
    expect(double.invalidRequests).toEqual([]);
  });
});
