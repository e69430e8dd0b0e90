import { newAccount, type EdgeOptions } from '../adversarial/support/edge';
import { withEdge } from '../adversarial/support/run-area';
import { withProperties } from '../helpers/stack-facts';
import { cloudEvent, jsonRequest, sendJson } from './requests';

/** A signed batch that is as large as a body may be. */

jest.setTimeout(180_000);

const maxBodyBytes = 256 * 1024;
const account = newAccount();

/** As many of the smallest CloudEvents as fit. */
const smallestEvents = (): string => {
  const events: string[] = [];
  let bytes = 2;
  for (let index = 0; ; index += 1) {
    const event = JSON.stringify({ specversion: '1.0', source: '/', type: 't', id: String(index) });
    bytes += event.length + 1;
    if (bytes > maxBodyBytes) return `[${events.join(',')}]`;
    events.push(event);
  }
};

test('of CloudEvents, is stored whole within its receives', async () => {
  await withEdge({ account }, async (edge) => {
    const body = smallestEvents();
    const count = (JSON.parse(body) as readonly unknown[]).length;
    expect(count).toBeGreaterThan(4_000);
    expect(
      (await edge.send(jsonRequest(edge, account, body, 'application/cloudevents-batch+json'))).status,
    ).toBe(204);
    await edge.gateway.settled(120_000);
    await edge.expectEffects({ queued: 1, stored: count, markers: 1 });
    expect(await edge.gateway.queued(edge.gateway.gateway.state.queues.deadLetters)).toBe(0);
  });
});

test('of 15,000 objects that are no CloudEvents, is one event', async () => {
  await withEdge({ account }, async (edge) => {
    const body = `[${Array.from({ length: 15_000 }, (_, index) => `{"id":"${index}"}`).join(',')}]`;
    expect((await edge.send(jsonRequest(edge, account, body))).status).toBe(204);
    const [row] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(row?.['payload']).toEqual({ S: body });
  });
});

/** A consumer that has three seconds for a receive, and gets what failed again after four. */
const impatient: EdgeOptions['assembly'] = (assembly) =>
  withProperties(
    withProperties(assembly, 'AWS::Lambda::Function', /^Consumer/, { Timeout: 3 }),
    'AWS::SQS::Queue',
    /^EventQueue[0-9A-F]{8}$/,
    { VisibilityTimeout: 4 },
  );

test('goes on in the next receive where one is not enough', async () => {
  await withEdge({ account, assembly: impatient }, async (edge) => {
    const events = Array.from({ length: 2_000 }, (_, index) =>
      cloudEvent(`e${index}`, { type: 't', source: '/' }),
    );
    // Ten writes at a time: two thousand take five seconds.
    edge.dynamodb.decide(({ action }) =>
      action === 'PutItem' ? { kind: 'slow', milliseconds: 25 } : { kind: 'pass' },
    );
    expect((await sendJson(edge, account, events)).status).toBe(204);
    await edge.gateway.settled(90_000);
    await edge.expectEffects({ queued: 1, stored: events.length, markers: 1 });
    expect(await edge.log.counted('RecordFailed', 1)).toBeGreaterThan(0);
    expect(await edge.gateway.queued(edge.gateway.gateway.state.queues.deadLetters)).toBe(0);
    // At most the events since the last note are written again by each receive.
    expect(edge.dynamodb.done('PutItem')).toBeLessThan(2 * events.length);
  });
});
