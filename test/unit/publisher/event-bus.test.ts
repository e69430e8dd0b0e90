import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canaryEventType } from '../../../lambda/shared/contract/canary';
import { createEventBridgePublish } from '../../../lambda/publisher/aws/event-bridge-publish';
import { publishToBoth } from '../../../lambda/publisher/publish-to-both';
import type { Publish } from '../../../lambda/publisher/ports';
import { messageReceived } from '../../../lambda/handlers/testing';
import type { Publication } from '../../../lambda/shared/events/publication';

const publication = (number: number): Publication => ({
  event: messageReceived({ body: `text ${number}` }),
  groupId: 'group',
  deduplicationId: String(number),
  attributes: {},
});
const { signal } = new AbortController();

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

describe('an event bus', () => {
  const requests: { readonly target: string | undefined; readonly body: unknown }[] = [];
  let answer: object = {};
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      requests.push({ target: request.headers['x-amz-target'] as string | undefined, body: JSON.parse(text) });
      response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer));
    });
  });
  let publish: Publish;
  const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/twilio';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    publish = createEventBridgePublish(
      { busArn, stageName: 'dev' },
      {
        endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        region: 'eu-west-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      },
    );
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('gets each event whole, by source and type', async () => {
    answer = { FailedEntryCount: 0, Entries: [{ EventId: '1' }, { EventId: '2' }] };
    const publications = [publication(1), publication(2)];
    expect(await publish(publications, signal)).toBe(2);
    expect(requests).toEqual([
      {
        target: 'AWSEvents.PutEvents',
        body: {
          Entries: publications.map(({ event }) => ({
            EventBusName: busArn,
            Source: 'twilio-webhook-gateway.dev',
            DetailType: 'twilio.webhook.message.received',
            Time: Date.parse(event.time) / 1000,
            Detail: JSON.stringify(event),
          })),
        },
      },
    ]);
  });

  test('has not accepted an event that its answer leaves out', async () => {
    answer = { FailedEntryCount: 0, Entries: [{ EventId: '1' }] };
    expect(await publish([publication(1), publication(2)], signal)).toBe(1);
  });

  test('has accepted the entries before the first that it refused', async () => {
    answer = { FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'InternalFailure' }, { EventId: '3' }] };
    expect(await publish([publication(1), publication(2), publication(3)], signal)).toBe(1);
  });
});

describe('a topic and a bus', () => {
  const accepting = (count: number) => {
    const got: number[] = [];
    const publish: Publish = ({ length }) => {
      got.push(length);
      return Promise.resolve(Math.min(count, length));
    };
    return { got, publish };
  };
  const publications = [publication(1), publication(2), publication(3)];

  test.each([
    ['all', 3, 3, [3], 3],
    ['what the topic accepted', 2, 3, [2], 2],
    ['what both accepted', 3, 1, [3], 1],
    ['nothing if the topic accepted nothing', 0, 3, [], 0],
  ])('count %s', async (_name, ofTopic, ofBus, toBus, accepted) => {
    const topic = accepting(ofTopic);
    const bus = accepting(ofBus);
    expect(await publishToBoth(topic.publish, bus.publish)(publications, signal)).toBe(accepted);
    expect(topic.got).toEqual([3]);
    expect(bus.got).toEqual(toBus);
  });

  test('keep a canary from the bus, whose rules are not ours', async () => {
    const { specversion, id, source, time, datacontenttype, item } = messageReceived();
    const canary: Publication = {
      ...publication(4),
      event: { specversion, id, source, time, datacontenttype, item, type: canaryEventType },
    };
    const topic = accepting(3);
    const bus = accepting(1);
    const mixed = [publication(1), canary, publication(2)];
    // The bus refuses the second of its two events, which is the third of all.
    expect(await publishToBoth(topic.publish, bus.publish)(mixed, signal)).toBe(2);
    expect(bus.got).toEqual([2]);
    expect(await publishToBoth(topic.publish, bus.publish)([canary], signal)).toBe(1);
    expect(bus.got).toEqual([2]);
  });

  test('reject if the bus rejects, so that everything is published again', async () => {
    const { publish } = accepting(3);
    const down: Publish = () => Promise.reject(new Error('down'));
    await expect(publishToBoth(publish, down)(publications, signal)).rejects.toThrow('down');
  });
});
