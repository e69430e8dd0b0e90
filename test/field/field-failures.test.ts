import { messageSids } from '../helpers/gateway-effects';
import { twilioSignature } from '../helpers/webhooks';
import type { Edge } from '../adversarial/support/test-gateway';
import type { Item } from '../adversarial/support/effects';
import { startEdge, type EdgeOptions } from '../adversarial/support/test-gateway';
import { withEdge } from '../adversarial/support/run-cases';
import {
  fieldAccount,
  fieldFailures,
  fieldSharedKey,
  forEdge,
  formOf,
  isJson,
  sendAgain,
  sharedKeySignature,
  type FieldFailure,
} from './support/field-failures';

const configured: EdgeOptions = { account: fieldAccount };
const withSharedKey = JSON.stringify({
  ...fieldAccount,
  sharedKeys: [{ name: 'key-1', key: fieldSharedKey }],
});

/** Checks that every answer has this status, and that the table has exactly one marker and `rows` rows. */
const expectStored = async (
  edge: Edge,
  { request }: FieldFailure,
  { status, rows = 1 }: { readonly status: number; readonly rows?: number },
): Promise<readonly Item[]> => {
  const exchange = await sendAgain(edge, request);
  expect(exchange.status).toBe(status);
  expect(await edge.log.ingressLine(exchange.requestId)).toMatchObject({ reason: 'accepted', status });
  const added = await edge.expectEffects({ queued: 1, stored: rows, markers: 1 });
  expect(added.every((item) => item['accountSid']?.S === fieldAccount.accountSid)).toBe(true);
  return added;
};

const expectMessage = async (edge: Edge, failure: FieldFailure, expected: Item): Promise<Item> => {
  const [item = {}] = await expectStored(edge, failure, { status: 200 });
  const sid = String(formOf(failure.request.body)['MessageSid']);
  expect(item).toMatchObject({ ...expected, pk: { S: `${fieldAccount.accountSid}#MESSAGE#${sid}` } });
  return item;
};

/** A status callback adds a message and an entry of its history. */
const expectStatus = async (edge: Edge, failure: FieldFailure, expected: Item): Promise<void> => {
  const added = await expectStored(edge, failure, { status: 204, rows: 2 });
  expect(messageSids(added)).toEqual([String(formOf(failure.request.body)['MessageSid'])]);
  for (const item of added) expect(item).toMatchObject(expected);
};

/** One event with this content, which the gateway could read. */
const expectEvent = async (edge: Edge, failure: FieldFailure): Promise<void> => {
  const [item = {}] = await expectStored(edge, failure, { status: 204 });
  expect(item).toMatchObject({ kind: { S: 'event' }, sk: { S: 'EVENT' } });
  if (isJson(failure.request)) expect(item['payload']).toEqual({ S: failure.request.body });
  else expect(JSON.parse(item['params']?.S ?? '')).toEqual(formOf(failure.request.body));
};

const expectTwoEvents = async (edge: Edge, failure: FieldFailure): Promise<void> => {
  if (failure.first === undefined) throw new Error(`${failure.id} has no first request`);
  await expectEvent(edge, { ...failure, request: failure.first });
  await expectEvent(edge, failure);
};

const scenarios: Readonly<Record<string, (edge: Edge, failure: FieldFailure) => Promise<void>>> = {
  F1a: async (edge, failure) => {
    expect(await expectMessage(edge, failure, { numMedia: { N: '0' } })).not.toHaveProperty('body');
  },
  F1b: async (edge, failure) => {
    const item = await expectMessage(edge, failure, { numMedia: { N: '0' } });
    expect(item).not.toHaveProperty('body');
    expect(JSON.parse(item['params']?.S ?? '')).toMatchObject({ Latitude: '59.3293', Longitude: '18.0686' });
  },
  F1d: async (edge, failure) => {
    await expectMessage(edge, failure, { body: { S: 'hello' }, numMedia: { N: '0' } });
  },
  F2a: async (edge, failure) => {
    await expectMessage(edge, failure, { from: { S: '3Mobile' } });
  },

  F3: async (edge, failure) => {
    const { settings = '' } = failure.request;
    const signed = forEdge(edge, failure.request);
    const signature = sharedKeySignature(fieldSharedKey, edge.publicUrl('messages'), signed.form ?? {});
    const headers = [['X-Twilio-Webhooks-Signature-Settings', settings]] as const;
    const request = { ...signed, signature, headers };
    await withEdge(configured, async (without) => {
      const refused = await without.send(request);
      expect(refused.status).toBe(403);
      const line = await without.log.ingressLine(refused.requestId);
      expect(line).toMatchObject({
        reason: 'signature_mismatch',
        detail: expect.stringMatching(/HMAC-SHA256.*no SharedKey.*gateway secret shared-key set/),
      });
      await without.expectEffects({ queued: 0, stored: 0, markers: 0 });
    });
    const accepted = await edge.send(request);
    expect(accepted.status).toBe(200);
    const [item] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(item).toMatchObject({ body: { S: 'hello' }, accountSid: { S: fieldAccount.accountSid } });
  },

  F4: expectEvent,
  F5: expectEvent,

  F6a: expectTwoEvents,
  F6b: async (edge, failure) => {
    if (failure.first === undefined) throw new Error('F6b has no first request');
    const sendWith = (token: string) =>
      sendAgain(edge, failure.request, { headers: [['I-Twilio-Idempotency-Token', token]] });
    expect((await sendWith('first-day')).status).toBe(204);
    const [item] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(item).toMatchObject({ payload: { S: failure.request.body }, idempotencyToken: { S: 'first-day' } });
    expect((await sendWith('second-day')).status).toBe(204);
    await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
    expect(await edge.log.counted('RepeatedText', 1)).toBe(1);
    // Under the same token, or none, it is Twilio's own retry.
    expect((await sendWith('first-day')).status).toBe(204);
    expect((await sendAgain(edge, failure.request)).status).toBe(204);
    await edge.expectEffects({ queued: 2, stored: 0, markers: 0 });
    expect(await edge.log.counted('Duplicate', 3)).toBe(3);
    expect(await edge.log.counted('RepeatedText')).toBe(1);
  },
  F6c: expectTwoEvents,
  F7: expectEvent,

  F8a: (edge, failure) => expectStatus(edge, failure, { status: { S: 'sent' } }),
  F8b: (edge, failure) => expectStatus(edge, failure, { status: { S: 'sent' } }),
  F8c: (edge, failure) => expectStatus(edge, failure, { status: { S: 'sent' } }),
  F8d: (edge, failure) => expectStatus(edge, failure, { status: { S: 'sent' } }),

  F12a: (edge, failure) => expectStatus(edge, failure, { status: { S: 'undelivered' }, errorCode: { S: '63016' } }),
  F13: expectEvent,
  F14: (edge, failure) => expectStatus(edge, failure, { status: { S: 'delivered' } }),
};

describe('requests from public reports', () => {
  let edge: Edge | undefined;
  beforeAll(async () => {
    edge = await startEdge(configured);
    await edge.putSecret(withSharedKey);
  });
  afterAll(async () => {
    await edge?.close();
    edge?.expectNothingSecretLogged();
  });

  test('each has a scenario, and every scenario a report', () => {
    expect(Object.keys(scenarios)).toEqual(fieldFailures.map(({ id }) => id));
  });

  test('each is signed as Twilio signs', () => {
    for (const request of fieldFailures.flatMap(({ first, request }) => [first ?? request, request])) {
      const form = isJson(request) ? {} : formOf(request.body);
      const expected =
        request.settings === undefined
          ? twilioSignature(request.signedUrl, form, fieldAccount.authToken)
          : sharedKeySignature(fieldSharedKey, request.signedUrl, form);
      expect(request.signature).toBe(expected);
    }
  });

  test.each(fieldFailures)('$id: $what: $expected', async (failure) => {
    if (edge === undefined) throw new Error('the gateway has not started');
    await edge.begin();
    await scenarios[failure.id]?.(edge, failure);
    edge.expectNothingSecretLogged();
  });
});
