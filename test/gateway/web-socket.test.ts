import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import WebSocket from 'ws';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { WebSocketAuthorizer } from '../../lib/constructs/web-socket-authorizer';
import type { Assembly } from '../../local/gateway';
import { otherAccount, testAccount } from '../helpers/test-account';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { postForm, smsForm, twilioSignature } from '../helpers/webhooks';

/** A user's function behind the API: it logs the events that it receives. */
const voiceFunction = `exports.handler = async (event) => {
  const { eventType, authorizer } = event.requestContext;
  console.log(JSON.stringify({ voice: eventType, account: authorizer?.accountSid, body: event.body }));
  return { statusCode: event.queryStringParameters?.busy ? 503 : 200 };
};`;

/** The dev stage with a user's WebSocket API, as in docs/websockets.md. */
const synthesize = (outdir: string): Assembly => {
  const source = join(outdir, 'voice-source');
  mkdirSync(source);
  writeFileSync(join(source, 'index.js'), voiceFunction);
  const app = new App({
    outdir,
    builtinCloudFormationValidation: false,
    treeMetadata: false,
    context: { 'aws:cdk:enable-asset-metadata': true },
  });
  const stage = resolveStage('dev', {});
  const stack = new GatewayStack(app, stackName('dev'), { stage });
  const api = new WebSocketApi(stack, 'Voice');
  new WebSocketStage(stack, 'VoiceStage', { webSocketApi: api, stageName: 'voice', autoDeploy: true });
  const authorizer = new WebSocketAuthorizer(stack, 'VoiceAuthorizer', {
    accountSecrets: stack.accountSecrets,
    webSocketUrl: `${api.apiEndpoint}/voice`,
  });
  const voice = new Function(stack, 'VoiceFunction', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(source),
  });
  const integration = new WebSocketLambdaIntegration('VoiceIntegration', voice);
  api.addRoute('$connect', { authorizer, integration });
  for (const routeKey of ['$default', '$disconnect']) api.addRoute(routeKey, { integration });
  const { templateFullPath } = app.synth().getStackArtifact(stack.artifactId);
  return {
    directory: outdir,
    // What the CDK wrote; the local gateway checks the parts that it uses.
    template: JSON.parse(readFileSync(templateFullPath, 'utf8')) as Assembly['template'],
  };
};

describe('a WebSocket API with the authorizer', () => {
  let gateway: TestGateway;
  let url: string;
  const outdir = mkdtempSync(join(tmpdir(), 'gateway-websocket-'));

  beforeAll(async () => {
    const assembly = synthesize(outdir);
    gateway = await startTestGateway({ assemble: () => assembly });
    url = gateway.gateway.webSocketUrl ?? '';
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    rmSync(outdir, { recursive: true });
  });
  beforeEach(() => gateway.clearLogs());

  /** A handshake as Twilio makes it. @returns the status, and the open connection if it is 101 */
  const connect = (
    target: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly socket?: WebSocket }> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(target, { headers, handshakeTimeout: 10_000 });
      socket.on('open', () => resolve({ status: 101, socket }));
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        resolve({ status: response.statusCode ?? 0 });
      });
      socket.on('error', reject);
    });
  const signed = (signedUrl: string, authToken?: string) => ({
    'x-twilio-signature': twilioSignature(signedUrl, {}, authToken),
  });
  const statusOf = async (target: string, headers: Readonly<Record<string, string>>): Promise<number> => {
    const { status, socket } = await connect(target, headers);
    socket?.terminate();
    return status;
  };
  const logged = async (matches: (line: Readonly<Record<string, unknown>>) => boolean) => {
    const until = Date.now() + 5_000;
    for (;;) {
      const line = gateway.logs().find(matches);
      if (line !== undefined) return line;
      if (Date.now() > until) throw new Error('no such line was logged in time');
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  test('accepts a genuine handshake, whose messages and end reach the function behind it', async () => {
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/voice$/);
    const { status, socket } = await connect(url, signed(url));
    expect(status).toBe(101);
    expect(await logged((line) => line['voice'] === 'CONNECT')).toMatchObject({
      account: testAccount.accountSid,
    });
    socket?.send('{"event":"connected"}');
    expect(await logged((line) => line['voice'] === 'MESSAGE')).toMatchObject({
      account: testAccount.accountSid,
      body: '{"event":"connected"}',
    });
    socket?.close();
    await logged((line) => line['voice'] === 'DISCONNECT');
    expect(await logged((line) => line['route'] === '$connect')).toMatchObject({
      reason: 'accepted',
      account: testAccount.accountSid.slice(-6),
    });
  });

  test.each([
    ['called without a slash, signed without', '', ''],
    ['called without a slash, signed with one', '', '/'],
    ['called with a slash, signed without', '/', ''],
    ['called with a slash, signed with one', '/', '/'],
  ])('accepts a handshake %s', async (_name, called, over) => {
    expect(await statusOf(`${url}${called}`, signed(`${url}${over}`))).toBe(101);
  });

  test('accepts a signed query', async () => {
    for (const query of ['?order=17&note=a%20b', '?note=a+b', '?z=1&a=h%C3%A9llo']) {
      expect(await statusOf(`${url}${query}`, signed(`${url}${query}`))).toBe(101);
    }
  });

  test('accepts a signature header in capitals', async () => {
    const signature = signed(url)['x-twilio-signature'];
    expect(await statusOf(url, { 'X-Twilio-Signature': signature })).toBe(101);
  });

  test.each([
    ['no signature', 'signature_missing', () => ({})],
    ['a forged signature', 'signature_mismatch', () => signed(url, 'f'.repeat(32))],
    ['the signature of another account', 'signature_mismatch', () => signed(url, otherAccount.authToken)],
    ['the signature of another URL', 'signature_mismatch', () => signed(`${url}x`)],
    ['the signature of the webhook URL', 'signature_mismatch', () => signed(gateway.webhooks.events)],
    ['what is no signature at all', 'signature_mismatch', () => ({ 'x-twilio-signature': 'forged' })],
  ])('rejects a handshake with %s, and nothing reaches the function', async (_name, reason, headers) => {
    expect(await statusOf(url, headers())).toBe(403);
    expect(await logged((line) => line['route'] === '$connect')).toMatchObject({ reason });
    // An earlier test's disconnect event may still arrive.
    expect(gateway.logs().filter((line) => line['voice'] === 'CONNECT')).toEqual([]);
  });

  test('rejects a query that was added, changed or removed', async () => {
    const headers = signed(`${url}?order=17`);
    for (const query of ['', '?order=18', '?order=17&more=1', '?order=17&order=17']) {
      expect(await statusOf(`${url}${query}`, headers)).toBe(403);
    }
  });

  test('rejects a path outside the stage', async () => {
    const { origin } = new URL(url.replace(/^ws/, 'http'));
    const other = `${origin.replace(/^http/, 'ws')}/other`;
    expect(await statusOf(other, signed(other))).toBe(403);
  });

  test('rejects with the status that the function behind it returns', async () => {
    expect(await statusOf(`${url}?busy=1`, signed(`${url}?busy=1`))).toBe(503);
  });

  test('ends a connection that sends binary frames, which the service does not support', async () => {
    const { socket } = await connect(url, signed(url));
    if (socket === undefined) throw new Error('it was not let in');
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.send(Buffer.from([1, 2, 3]));
    expect(await closed).toBe(1003);
  });

  test('does not affect the webhooks of the same stack', async () => {
    expect(await postForm(gateway.webhooks.messages, smsForm())).toMatchObject({ status: 200 });
  });

  test('closes even with open connections', async () => {
    const assembly: Assembly = {
      directory: outdir,
      template: JSON.parse(
        readFileSync(join(outdir, `${stackName('dev')}.template.json`), 'utf8'),
      ) as Assembly['template'],
    };
    const another = await startTestGateway({ assemble: () => assembly });
    const target = another.gateway.webSocketUrl ?? '';
    const { socket } = await connect(target, signed(target));
    if (socket === undefined) throw new Error('it was not let in');
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await another.close();
    expect(await closed).toBe(1006);
  });
});
