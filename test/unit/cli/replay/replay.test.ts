import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { StoredSince } from '../../../../cli/clients/dynamodb/stored-since';
import type { Publication } from '../../../../lambda/shared/events/publication';
import { eventKey, messageKey, statusEventKey, statusKey } from '../../../../lambda/shared/contract/table';
import {
  accountSid,
  fakeSecrets,
  messageSid,
  otherAccountSid,
  run,
  secretText,
  type EnvironmentParts,
} from '../fake-environment';

type Item = Readonly<Record<string, AttributeValue>>;
const texts = (fields: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(fields).map(([name, S]) => [name, { S }]));
const common = { accountSid, from: '+15550101', to: '+15550102', receivedAt: '2026-03-04T05:06:07.008Z' };
const eventId = `EVENT#${'a'.repeat(64)}`;
const message = texts({ ...messageKey(accountSid, messageSid), ...common, direction: 'inbound', body: 'hi' });
const status = texts({
  ...statusEventKey(accountSid, messageSid, statusKey('delivered', undefined)),
  ...{ ...common, messageSid, status: 'delivered', kind: 'status' },
});
const call = texts({ ...eventKey(accountSid, eventId), accountSid, eventId, kind: 'event', route: 'events' });
const other = texts({ ...eventKey(accountSid, eventId), sk: `EVENT#${'b'.repeat(64)}`, accountSid, kind: 'event' });
const sent = {
  ...texts({ ...messageKey(otherAccountSid, messageSid), ...common, accountSid: otherAccountSid, status: 'sent' }),
  direction: { S: 'outbound' },
  statusOrder: { N: '1' },
};

const replay = async (args: readonly string[], items: readonly Item[], parts: EnvironmentParts = {}) => {
  const published: Publication[] = [];
  const sent: { readonly queue: string; readonly publication: Publication }[] = [];
  const stored: StoredSince = {
    keys: () => Promise.reject(new Error('a replay reads by key')),
    items: (keys) =>
      Promise.resolve(
        keys.flatMap(({ pk, sk }) => items.filter((item) => item['pk']?.S === pk && item['sk']?.S === sk)),
      ),
  };
  const result = await run(['replay', ...args], {
    secrets: fakeSecrets({
      'first-account': { AWSCURRENT: secretText(accountSid, 'x') },
      'second-account': { AWSCURRENT: secretText(otherAccountSid, 'x') },
    }),
    publishing: () =>
      Promise.resolve({
        stored,
        publish: (publications) => Promise.resolve(published.push(...publications)),
        send: (queue, publication) => Promise.resolve(void sent.push({ queue, publication })),
      }),
    ...parts,
    target: {
      secretIds: ['first-account', 'second-account'],
      handlers: [{ name: 'Replies', queue: 'https://sqs/replies.fifo', deadLetterQueue: 'https://sqs/dead.fifo' }],
      ...parts.target,
    },
  });
  return { ...result, published, sent };
};

describe('gateway replay', () => {
  test.each([
    ['a message', messageSid, `message.received/${messageSid}`],
    ['a status', `${messageSid}#delivered#-`, `status-callback.received/${messageSid}#delivered#-`],
    ['an event', eventId, `event.received/${eventId}`],
  ])('publishes the event of %s with its id, as a replay', async (_what, id, published) => {
    const result = await replay([id, '--json'], [message, status, call, other]);
    expect(result).toMatchObject({ exitCode: 0, sent: [] });
    expect(result.published.map(({ event }) => event.id)).toEqual([published]);
    expect(result.published[0]?.attributes['replay']).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(result.data)).toMatchObject({ eventId: published, accountSid, handler: null });
  });

  test('is another replay each time, which the topic does not drop', async () => {
    const [first, second] = [await replay([messageSid], [message]), await replay([messageSid], [message])];
    const idsOf = ({ published }: typeof first) => published.map(({ deduplicationId }) => deduplicationId);
    expect(idsOf(first)).not.toEqual(idsOf(second));
  });

  test('takes the other content under an id', async () => {
    const { published } = await replay([`${eventId}#${'b'.repeat(64)}`], [call, other]);
    expect(published.map(({ event }) => event.item.sk)).toEqual([`EVENT#${'b'.repeat(64)}`]);
  });

  test('gives the latest status change of a message that was sent', async () => {
    const { published } = await replay([messageSid], [sent]);
    expect(published.map(({ event }) => event.type)).toEqual(['twilio.webhook.message.status-changed']);
  });

  test('with --to, puts it on the queue of that handler only', async () => {
    const result = await replay([messageSid, '--to', 'Replies'], [message]);
    expect(result).toMatchObject({ exitCode: 0, published: [] });
    expect(result.sent.map(({ queue }) => queue)).toEqual(['https://sqs/replies.fifo']);
    expect(result.sent[0]?.publication.attributes['replay']).toBeDefined();
  });

  test('leaves out the data where the stage publishes references', async () => {
    const { published } = await replay([messageSid], [message], { target: { eventPayload: 'reference' } });
    expect(published[0]?.event.data).toBeUndefined();
    expect(Object.keys(published[0]?.attributes ?? {}).sort()).toEqual(['accountSid', 'replay', 'type']);
  });

  test.each([
    ['an id of nothing', ['hello'], 'An id is a MessageSid'],
    ['a message with half a status', [`${messageSid}#delivered`], 'An id is a MessageSid'],
    ['what is not stored', [`${messageSid}#read#-`], 'Nothing with this id is stored'],
    ['an unknown handler', [messageSid, '--to', 'Nobody'], 'It has: Replies.'],
    ['an id of two accounts', [messageSid], 'Several accounts have this id'],
  ])('refuses %s', async (_what, args, reason) => {
    const result = await replay(args, [message, sent]);
    expect(result).toMatchObject({ exitCode: 1, published: [], sent: [] });
    expect(result.notes).toContain(reason);
  });

  test('names one of several accounts', async () => {
    const { published } = await replay([messageSid, '--account', otherAccountSid], [message, sent]);
    expect(published.map(({ event }) => event.source)).toEqual([`/accounts/${otherAccountSid}`]);
  });

  test('asks first in a production stage', async () => {
    const production = { target: { production: true, stage: 'prod', name: 'stage prod' } };
    const refused = await replay([messageSid], [message], production);
    expect(refused).toMatchObject({ exitCode: 1, published: [] });
    expect(refused.notes).toContain('pass --yes');
    const declined = await replay([messageSid], [message], { ...production, confirm: () => Promise.resolve(false) });
    expect(declined).toMatchObject({ exitCode: 1, published: [] });
    expect((await replay([messageSid, '--yes'], [message], production)).published).toHaveLength(1);
  });

  test('needs a stage that publishes events', async () => {
    const { exitCode, notes } = await run(['replay', messageSid, '--account', accountSid]);
    expect(exitCode).toBe(1);
    expect(notes).toContain('No events are published');
  });
});
