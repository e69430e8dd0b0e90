import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from 'aws-cdk-lib';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import { createPost } from '../../cli/clients/post';
import { checkFallbackLane } from '../../cli/doctor/fallback-checks';
import { localTarget } from '../../cli/target/local-target';
import { stackName } from '../../lambda/shared/contract/stack-outputs';
import { GatewayStack } from '../../lib/gateway-stack';
import { resolveStage } from '../../lib/stage/resolve-stage';
import { readCloudAssembly } from '../../local/app/cloud-assembly';
import { gatewayTemplate } from '../../local/app/gateway-template';
import { chooseGateway, findGateways } from '../../local/app/gateways';
import { assetCode } from '../../local/resources/function-code';
import { messageSids } from '../helpers/gateway-effects';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';

// Synthesis, and a gateway with four functions.
jest.setTimeout(120_000);

/** Both stacks of the app as the local gateway runs them. */
const assemblyIn = (outdir: string) => {
  const context = { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true };
  const app = new App({ outdir, context, builtinCloudFormationValidation: false, treeMetadata: false });
  const stage = resolveStage('dev', { fallbackLane: true, fallbackRegion: 'us-west-2' });
  new GatewayStack(app, stackName('dev'), { stage });
  const { directory } = app.synth();
  const stacks = readCloudAssembly(directory);
  const gateways = findGateways(stacks);
  const { template } = gatewayTemplate(stacks, chooseGateway(gateways, {}, 'dev'), gateways);
  const home = stacks.find(({ name }) => name === stackName('dev'));
  if (home === undefined) throw new Error('the app has no stack of the stage');
  return { directory, template, code: assetCode(directory, home.template) };
};

let gateway: TestGateway;
let region: { readonly url: string; readonly queueUrl: string };
let laneQueue: string;
const outdir = mkdtempSync(join(tmpdir(), 'gateway-region-'));

beforeAll(async () => {
  const assembly = assemblyIn(outdir);
  gateway = await startTestGateway({ assemble: () => assembly });
  const { fallback, fallbackRegion } = gateway.gateway.state;
  if (fallback === undefined || fallbackRegion === undefined) throw new Error('the stage has no lane in a region');
  region = fallbackRegion;
  laneQueue = fallback.queueUrl;
});
afterAll(async () => {
  await gateway.close();
  rmSync(outdir, { recursive: true, force: true });
});

/** Runs the function as its schedule does, and waits until the lane has verified everything. */
const drain = async (): Promise<void> => {
  await gateway.gateway.functionNamed('FallbackRegionDrain').invoke({});
  const until = Date.now() + 60_000;
  while ((await gateway.queued(laneQueue)) > 0) {
    if (Date.now() > until) throw new Error('the queue of the fallback lane is not empty');
    await sleep(50);
  }
  await gateway.settled();
};

const messages = async () => (await gateway.items()).filter(({ sk }) => sk?.S === 'MESSAGE');

test('the other region has an address of its own', () => {
  const { webhooks } = gateway;
  expect(new URL(region.url).pathname).toBe('/dev/fallback');
  expect(new URL(region.url).origin).not.toBe(new URL(webhooks.messages).origin);
});

test('a message waits in the other region, and is stored once, marked, at the time when it came', async () => {
  const sids = Array.from({ length: 25 }, () => newMessageSid());
  const before = Date.now();
  const statuses = await Promise.all(
    sids.map(async (MessageSid) => (await postForm(region.url, smsForm({ MessageSid, ErrorCode: '11200' }))).status),
  );
  // Twilio retries a fallback request as well.
  await postForm(region.url, smsForm({ MessageSid: sids[0] ?? '', ErrorCode: '11200' }));
  const after = Date.now();
  expect(new Set(statuses)).toEqual(new Set([204]));
  expect(await gateway.queued(region.queueUrl)).toBe(26);
  expect(await messages()).toEqual([]);

  await sleep(50);
  await drain();
  expect(await gateway.queued(region.queueUrl)).toBe(0);
  const stored = await messages();
  expect(messageSids(stored).sort()).toEqual(sids.sort());
  for (const { via, receivedAt } of stored) {
    expect(via?.S).toBe('fallback');
    const time = Date.parse(receivedAt?.S ?? '');
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(after);
  }
  expect(gateway.logs()).toContainEqual(
    expect.objectContaining({ service: 'drain', reason: 'drained', DrainSucceeded: 1, FallbackDrained: 26 }),
  );
});

test('forged requests leave no row: of another token, or signed for the lane at home', async () => {
  const before = (await gateway.items()).length;
  gateway.clearLogs();
  const form = smsForm({ ErrorCode: '11200' });
  const home = gateway.webhooks.messages.replace(/messages$/, 'fallback');
  const statuses = await Promise.all([
    postForm(region.url, form, { authToken: 'f'.repeat(32) }),
    postForm(region.url, form, { signedUrl: home }),
    // And one of the region at home.
    postForm(home, form, { signedUrl: region.url }),
  ]);
  await drain();
  expect(statuses.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(await gateway.items()).toHaveLength(before);
  expect(gateway.logs().filter(({ reason }) => reason === 'fallback_rejected')).toHaveLength(3);
});

test('the lane at home still takes messages', async () => {
  const form = smsForm({ ErrorCode: '11200' });
  const home = gateway.webhooks.messages.replace(/messages$/, 'fallback');
  expect((await postForm(home, form)).status).toBe(204);
  await drain();
  expect(messageSids(await messages())).toContain(form['MessageSid']);
});

test('doctor sends its canary through the other region, and sees it come out at home', async () => {
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.gateway.state)),
    isAlive: () => true,
  });
  expect(target.fallback).toMatchObject({ postUrl: region.url, signedUrl: region.url, isInOtherRegion: true });
  const { signal } = new AbortController();
  const output = { data: () => undefined, note: () => undefined };
  const context = { post: createPost(signal), sleep: () => drain(), signal, output };
  expect(await checkFallbackLane(createAwsBackend(target, signal), context, '')).toMatchObject({
    findings: [],
    facts: [{ check: 'fallback-lane', text: expect.stringContaining(region.url) as string }],
  });
});
