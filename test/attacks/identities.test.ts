import { newAccount, startEdge, type Edge } from '../adversarial/support/edge';
import { newMessageSid, statusForm, usageForm } from '../helpers/webhooks';
import { cloudEvent, jsonRequest, sendForm, sendJson } from './requests';

/** Acknowledged and then dropped: identifiers that several webhooks share. */

const account = newAccount();
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ account });
  edge.watch(account.accountSid);
});
beforeEach(() => edge.begin());
afterAll(async () => {
  await edge.close();
  edge.expectNothingSecretLogged();
});

const newId = (): string => `EZ${newMessageSid().slice(2)}`;

const expectAccepted = async (answers: readonly Promise<{ readonly status: number }>[]): Promise<void> => {
  for (const answer of answers) expect((await answer).status).toBe(204);
};

test('two JSON objects with one id and another status are two events', async () => {
  const id = newId();
  for (const status of ['queued', 'completed']) {
    await expectAccepted([sendJson(edge, account, { id, status })]);
  }
  const rows = await edge.expectEffects({ queued: 2, stored: 2, markers: 2 });
  expect(rows.map((row) => JSON.parse(row['payload']?.S ?? '') as unknown)).toEqual(
    expect.arrayContaining([
      { id, status: 'queued' },
      { id, status: 'completed' },
    ]),
  );
});

test('CloudEvents with one id of three sources are three events', async () => {
  const id = newId();
  const of = (source: string) => cloudEvent(id, { source });
  await expectAccepted([sendJson(edge, account, [of('/A'), of('/B')])]);
  await expectAccepted([sendJson(edge, account, [of('/C')])]);
  const rows = await edge.expectEffects({ queued: 2, stored: 3, markers: 2 });
  expect(rows.map((row) => row['source']?.S).sort()).toEqual(['/A', '/B', '/C']);
});

test('a batch of objects that are no CloudEvents is one event, and so is one more with the same ids', async () => {
  const id = newId();
  await expectAccepted([
    sendJson(edge, account, [
      { id, source: '/A' },
      { id, source: '/B' },
    ]),
  ]);
  await expectAccepted([sendJson(edge, account, [{ id, source: '/C' }])]);
  await edge.expectEffects({ queued: 2, stored: 2, markers: 2 });
});

test('a CloudEvent whose id is the token of a usage trigger takes nothing from it', async () => {
  const token = `${account.accountSid}-FIRES-${newId()}`;
  await expectAccepted([sendJson(edge, account, cloudEvent(token, { source: 'USAGE' }))]);
  await expectAccepted([sendForm(edge, account, 'usage', usageForm({ IdempotencyToken: token }))]);
  const rows = await edge.expectEffects({ queued: 2, stored: 2, markers: 2 });
  expect(rows.map(({ kind }) => kind?.S).sort()).toEqual(['event', 'usage']);
});

test('other content under a CloudEvent’s id and source is kept beside it and alarmed, never a duplicate', async () => {
  const id = newId();
  await expectAccepted([sendJson(edge, account, cloudEvent(id, { data: 1 }))]);
  const [first] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
  await expectAccepted([sendJson(edge, account, cloudEvent(id, { data: 2 }))]);
  const [second] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
  expect(second?.['pk']).toEqual(first?.['pk']);
  expect(JSON.parse(second?.['payload']?.S ?? '')).toMatchObject({ id, data: 2 });
  expect(await edge.log.counted('OtherContent', 1)).toBe(1);
  expect(await edge.log.counted('Duplicate')).toBe(0);
  expect(edge.log.lines().filter(({ reason }) => reason === 'other_content')).toMatchObject([
    { level: 'ERROR' },
  ]);
  expect(await edge.gateway.itemsOf(first?.['pk']?.S ?? '')).toEqual(expect.arrayContaining([first, second]));
});

test('other content under a usage trigger’s token is kept beside it and alarmed', async () => {
  const form = usageForm({ IdempotencyToken: newId(), CurrentValue: '51.00' });
  await expectAccepted([sendForm(edge, account, 'usage', form)]);
  await expectAccepted([sendForm(edge, account, 'usage', { ...form, CurrentValue: '99.00' })]);
  await edge.expectEffects({ queued: 2, stored: 2, markers: 2 });
  expect(await edge.log.counted('OtherContent', 1)).toBe(1);
});

test('one CloudEvent in two batches, or written with other white space, is one event', async () => {
  const [id, other] = [newId(), newId()];
  await expectAccepted([sendJson(edge, account, [cloudEvent(id), cloudEvent(other)])]);
  await edge.expectEffects({ queued: 1, stored: 2, markers: 1 });
  await expectAccepted([sendJson(edge, account, JSON.stringify(cloudEvent(id), null, 2))]);
  await edge.expectEffects({ queued: 1, stored: 0, markers: 1 });
  expect(await edge.log.counted('Duplicate', 1)).toBe(1);
  expect(await edge.log.counted('OtherContent')).toBe(0);
});

test('the fallback delivery of a message stays a duplicate', async () => {
  const form = edge.sms();
  await sendForm(edge, account, 'messages', form);
  await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
  const fallback = { ...form, ErrorCode: '11200', ErrorUrl: edge.publicUrl('messages') };
  await sendForm(edge, account, 'messages', fallback, 'fallback=1');
  await edge.expectEffects({ queued: 1, stored: 0, markers: 1 });
  expect(await edge.log.counted('OtherContent')).toBe(0);
  expect(await edge.log.counted('Duplicate', 1)).toBe(1);
});

test('a message SID is no place of an event, and an event’s id no place of a message', async () => {
  const sid = newMessageSid();
  await sendForm(edge, account, 'messages', edge.sms({ MessageSid: sid }));
  await sendForm(edge, account, 'status', statusForm(sid, 'sent'));
  await expectAccepted([sendJson(edge, account, cloudEvent(sid, { source: 'MESSAGE' }))]);
  await expectAccepted([sendForm(edge, account, 'usage', usageForm({ IdempotencyToken: sid }))]);
  await expectAccepted([edge.send(jsonRequest(edge, account, { id: sid }))]);
  await edge.expectEffects({ queued: 5, stored: 5, markers: 5 });
});
