import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assetCode } from '../../local/resources/function-code';
import type { StageOptions } from '../../lib/stage/stage-options';
import { messageSids } from '../helpers/gateway-effects';
import { stageAssembly } from '../helpers/stage-assembly';
import { startTestGateway, type TestGateway } from '../helpers/test-gateway';
import {
  encodeForm,
  formHeaders,
  newMessageSid,
  postForm,
  sendRaw,
  smsForm,
  twilioSignature,
  type Form,
} from '../helpers/webhooks';

// Synthesis, and a gateway with three functions.
jest.setTimeout(120_000);

const brokenCode = "throw new Error('a bad bundle');\n";

interface Fixture extends TestGateway {
  readonly fallbackUrl: string;
  readonly laneQueue: string;
}

/** A gateway with the lane, whose ingress can be a bundle that throws when it is loaded. */
const startFixture = async (options: StageOptions, isIngressBroken = false): Promise<Fixture> => {
  const { assembly, remove } = stageAssembly({ fallbackLane: true, ...options });
  if (isIngressBroken) {
    const code = assetCode(assembly.directory, assembly.template);
    const [, ingress] = [...code].find(([logicalId]) => logicalId.startsWith('Ingress')) ?? [];
    if (ingress === undefined || !('directory' in ingress)) throw new Error('ingress has no bundle');
    for (const file of readdirSync(ingress.directory)) writeFileSync(join(ingress.directory, file), brokenCode);
  }
  const gateway = await startTestGateway({ assemble: () => assembly });
  const { fallback } = gateway.gateway.state;
  if (fallback === undefined) throw new Error('the stage has no fallback lane');
  return {
    ...gateway,
    fallbackUrl: fallback.url,
    laneQueue: fallback.queueUrl,
    close: async () => {
      await gateway.close();
      remove();
    },
  };
};

/** As Twilio does: the fallback URL gets the same parameters and two more, if the first URL gives no usable answer. */
const deliver = async ({ webhooks, fallbackUrl }: Fixture, form: Form): Promise<readonly number[]> => {
  const first = await postForm(webhooks.messages, form);
  if (first.status < 300) return [first.status];
  const second = await postForm(fallbackUrl, { ...form, ErrorCode: '11200', ErrorUrl: webhooks.messages });
  return [first.status, second.status];
};

const settled = async (fixture: Fixture): Promise<void> => {
  const until = Date.now() + 60_000;
  while ((await fixture.queued(fixture.laneQueue)) > 0) {
    if (Date.now() > until) throw new Error('the queue of the fallback lane is not empty');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await fixture.settled();
};

describe('with an ingress that throws', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({}, true);
  });
  afterAll(() => fixture.close());

  test('every message arrives through the lane, each once, and is marked', async () => {
    const sids = Array.from({ length: 40 }, () => newMessageSid());
    const statuses = await Promise.all(sids.map((MessageSid) => deliver(fixture, smsForm({ MessageSid }))));
    // Twilio retries a fallback request as well.
    const [again = ''] = sids;
    await deliver(fixture, smsForm({ MessageSid: again }));
    await settled(fixture);

    expect(new Set(statuses.map(String))).toEqual(new Set(['500,204']));
    const items = (await fixture.items()).filter(({ sk }) => sk?.S === 'MESSAGE');
    expect(messageSids(items).sort()).toEqual(sids.sort());
    expect(new Set(items.map(({ via }) => via?.S))).toEqual(new Set(['fallback']));
    expect(fixture.logs()).toContainEqual(
      expect.objectContaining({ service: 'fallback', reason: 'fallback_accepted', FallbackAccepted: 1 }),
    );
  });

  test('forged requests leave no row, and are counted', async () => {
    const before = (await fixture.items()).length;
    fixture.clearLogs();
    const form = smsForm({ ErrorCode: '11200' });
    const statuses = await Promise.all([
      // Signed with another token, over another URL, and with another body.
      postForm(fixture.fallbackUrl, form, { authToken: 'f'.repeat(32) }),
      postForm(fixture.fallbackUrl, form, { signedUrl: fixture.webhooks.messages }),
      sendRaw(fixture.fallbackUrl, {
        headers: formHeaders(twilioSignature(fixture.fallbackUrl, form)),
        body: encodeForm({ ...form, Body: 'other' }),
      }),
      sendRaw(fixture.fallbackUrl, {
        headers: [
          ['X-Twilio-Signature', 'x"},"Other":{"DataType":"String","StringValue":"y'],
          ['Content-Type', 'text/plain'],
        ],
        body: 'forged',
      }),
    ]);
    await settled(fixture);

    expect(statuses.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
    expect(await fixture.items()).toHaveLength(before);
    const rejected = fixture.logs().filter(({ reason }) => reason === 'fallback_rejected');
    expect(rejected).toHaveLength(4);
  });

  test('SQS refuses a request without signature, without body, and above the limit of the queue', async () => {
    const { fallbackUrl } = fixture;
    const signed = formHeaders('c2lnbmF0dXJl');
    const answers = await Promise.all([
      sendRaw(fallbackUrl, { headers: formHeaders(undefined), body: 'a=b' }),
      sendRaw(fallbackUrl, { headers: signed, body: '' }),
      sendRaw(fallbackUrl, { headers: signed, body: 'a'.repeat(200_000) }),
      sendRaw(fallbackUrl, { headers: signed, body: 'a=b', method: 'GET' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 404]);
    // XML that is not TwiML: Twilio sends nothing because of it.
    expect(answers[0].headers['content-type']).toBe('text/xml');
    expect(answers[0].body).not.toContain('<Response');
    expect(await fixture.queued(fixture.laneQueue)).toBe(0);
  });
});

describe('with Basic authentication and an ingress that answers', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({ basicAuth: true });
  });
  afterAll(() => fixture.close());

  test('the signature alone decides about the lane: Twilio sends the credentials only after a challenge', async () => {
    const form = smsForm({ ErrorCode: '11200', ErrorUrl: fixture.webhooks.messages });
    expect((await postForm(fixture.fallbackUrl, form)).status).toBe(204);
    await settled(fixture);
    expect(messageSids(await fixture.items())).toEqual([form['MessageSid']]);
  });
});
