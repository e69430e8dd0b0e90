import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAwsBackend } from '../../cli/clients/aws-backend';
import { createPost } from '../../cli/clients/post';
import { checkFallbackLane } from '../../cli/doctor/fallback-checks';
import { localTarget } from '../../cli/target/local-target';
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

/** @param broken the prefix of the functions whose bundle throws when it is loaded */
const startFixture = async (options: StageOptions, broken?: string): Promise<Fixture> => {
  const { assembly, remove } = stageAssembly({ fallbackLane: true, ...options });
  const code = [...assetCode(assembly.directory, assembly.template)];
  for (const [, { directory }] of code.filter(([id]) => broken !== undefined && id.startsWith(broken))) {
    for (const file of readdirSync(directory)) writeFileSync(join(directory, file), brokenCode);
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

/** What `doctor` says about the lane. @param pauseMs between two looks at the table */
const diagnosis = async ({ gateway }: Fixture, pauseMs = 500) => {
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(gateway.state)),
    isAlive: () => true,
  });
  const { signal } = new AbortController();
  const output = { data: () => undefined, note: () => undefined };
  const context = { post: createPost(signal), sleep: () => sleep(pauseMs), signal, output };
  return checkFallbackLane(createAwsBackend(target, signal), context, '');
};

describe('with an ingress that throws', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture({}, 'Ingress');
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

  test('doctor sees a signed canary come out of the lane, which is in no list and sets off no alarm', async () => {
    const before = (await fixture.items()).filter(({ sk }) => sk?.S === 'MESSAGE').length;
    fixture.clearLogs();
    expect(await diagnosis(fixture)).toEqual({
      findings: [],
      skipped: [],
      facts: [{ check: 'fallback-lane', text: expect.stringContaining('was stored') as string }],
    });
    expect((await fixture.items()).filter(({ sk }) => sk?.S === 'MESSAGE')).toHaveLength(before);
    expect(fixture.logs().some((line) => 'FallbackAccepted' in line)).toBe(false);
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

test('doctor says so if nothing comes out of the lane', async () => {
  const fixture = await startFixture({}, 'FallbackLane');
  try {
    const { findings } = await diagnosis(fixture, 10);
    expect(findings).toMatchObject([{ level: 'problem', check: 'fallback-lane', subject: fixture.fallbackUrl }]);
    // The request waits on the queue of the lane.
    expect(await fixture.queued(fixture.laneQueue)).toBe(1);
  } finally {
    await fixture.close();
  }
});
