import { createHash, randomBytes } from 'node:crypto';
import { sharedKeySignature } from './support/field-failures';
import { account, sharedKey, useEdge, type Route } from './support/kinds';

const { edge } = useEdge();

describe('JSON', () => {
  const event = { specversion: '1.0', source: '/x', type: 't' };
  const id = (): string => `EZ${randomBytes(8).toString('hex')}`;
  const send = (body: string, contentType: string, route: Route = 'events', key?: string) => {
    const query = `bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
    const url = edge().publicUrl(route, query);
    const signature = key === undefined ? edge().sign(url, {}) : sharedKeySignature(key, url, {});
    return edge().send({ route, query, contentType, form: {}, body, signature });
  };
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'application/cloudevents+json',
    'application/cloudevents-batch+json; charset="UTF-8"',
  ];

  test.each(types)('is stored as one row for each CloudEvent: %s', async (contentType) => {
    for (const [body, stored] of [
      [JSON.stringify({ ...event, id: id() }), 1],
      [JSON.stringify([{ ...event, id: id() }]), 1],
      [
        JSON.stringify([
          { ...event, id: id() },
          { ...event, id: id() },
        ]),
        2,
      ],
    ] as const) {
      expect((await send(body, contentType)).status).toBe(204);
      await edge().expectEffects({ queued: 1, stored, markers: 1 });
    }
  });

  test.each(types)('is rejected on a route for forms: %s', async (contentType) => {
    for (const route of ['messages', 'status', 'usage'] as const) {
      expect((await send('{}', contentType, route)).status).toBe(415);
    }
    await edge().expectEffects({ queued: 0, stored: 0, markers: 0 });
  });

  test.each([
    ['[]'],
    ['{}'],
    ['[{"choice":"1"},{"choice":"2"}]'],
    ['[1,"two",null]'],
    ['{"id":null}'],
    ['{"id":7,"specversion":"1.0"}'],
    ['{"AccountSid":"AC00000000000000000000000000000009"}'],
  ])('%s is stored as one event, character for character', async (body) => {
    expect((await send(body, 'application/json')).status).toBe(204);
    const [row] = await edge().expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(row).toMatchObject({ kind: { S: 'event' }, payload: { S: body } });
    expect(row?.['accountSid']).toEqual({ S: account.accountSid });
  });

  test.each([
    ['{"half":', 'not_json'],
    ['null', 'json_without_fields'],
    ['"text"', 'json_without_fields'],
    ['', 'not_json'],
  ])('is stored as an unrecognized event, counted and logged: %s', async (body, reason) => {
    const exchange = await send(body, 'application/json');
    expect(exchange.status).toBe(204);
    const [row] = await edge().expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(row).toMatchObject({ kind: { S: 'unrecognized' }, reason: { S: reason }, payload: { S: body } });
    expect(await edge().log.counted('UnrecognizedWebhook', 1)).toBe(1);
    const { messageId } = await edge().log.ingressLine(exchange.requestId);
    expect(await edge().log.consumerLines(String(messageId))).toMatchObject([
      { level: 'WARN', reason: 'unrecognized_webhook', detail: reason },
    ]);
  });

  test('is stored if a SharedKey signed it', async () => {
    expect((await send(`{"note":"${id()}"}`, 'application/json', 'events', sharedKey)).status).toBe(204);
    await edge().expectEffects({ queued: 1, stored: 1, markers: 1 });
  });
});
