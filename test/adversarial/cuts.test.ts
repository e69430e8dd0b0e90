import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { chooseBy, cutOf, type WireRequest } from '../helpers/cuts';
import { genuineWebhooks } from '../helpers/genuine-webhooks';
import { newMessageSid, type Form } from '../helpers/webhooks';
import { newAccount, startEdge, type Edge } from './support/test-gateway';
import { without } from './support/forms';
import type { EdgeRequest } from './support/sender';

/** A captured request whose signed text is split into other parameters, sent through the whole gateway. */

jest.setTimeout(60_000);

const account = newAccount();
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ account, environment: { ACCEPT_GET: 'true' } });
});
beforeEach(() => edge.begin());
afterAll(async () => {
  await edge.close();
  edge.expectNothingSecretLogged();
});

const isAccepted = (status: number): boolean => status === 200 || status === 204;

/** @returns how many of them were accepted */
const sendAll = async (requests: readonly EdgeRequest[]): Promise<number> => {
  let accepted = 0;
  for (const request of requests) if (isAccepted((await edge.send(request)).status)) accepted += 1;
  return accepted;
};

/** Nothing was stored or changed, and each accepted cut was counted. */
const expectNoEffect = async (accepted: number): Promise<void> => {
  await edge.expectEffects({ queued: accepted, stored: 0, markers: 0 });
  const [other, duplicate] = [await edge.log.counted('OtherReading'), await edge.log.counted('Duplicate')];
  expect(other + duplicate).toBe(accepted);
};

const wire = ({ method, query, contentType, body }: WireRequest): EdgeRequest => ({
  method,
  query,
  contentType: contentType ?? null,
  body,
});

describe('cuts neither add nor change a row', () => {
  const webhooks = genuineWebhooks(account.accountSid);
  test.each(webhooks)('$name', async ({ route, form, request, rows }) => {
    const [decisions = []] = fc.sample(
      fc.array(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), { minLength: 12, maxLength: 12 }),
      1,
    );
    // The list has one SID for all messages; here each gets its own, because rows of earlier ones stay.
    const tag = `tag=${randomBytes(4).toString('hex')}`;
    const sid = newMessageSid();
    const renamed = (text: string) => text.replaceAll(`SM${'a'.repeat(32)}`, sid).replaceAll('FIRES', tag);
    const genuine = {
      ...request,
      query: request.method === 'GET' ? renamed(request.query) : request.query,
      body: renamed(request.body),
    };
    const signedForm: Form = Object.fromEntries(
      Object.entries(form).map(([name, value]) => [name, renamed(String(value))]),
    );
    const signature = edge.sign(edge.publicUrl(route, genuine.query), signedForm);
    expect(isAccepted((await edge.send({ ...wire(genuine), route, signature })).status)).toBe(true);
    await edge.expectEffects({ queued: 1, stored: rows, markers: 1 });
    const cuts = decisions.map((numbers) => ({
      ...wire(cutOf(genuine, chooseBy(numbers))),
      route,
      signature,
    }));
    await expectNoEffect(await sendAll(cuts));
  });
});

/** All requests that move the end of the query, or the whole query with its `?`, into the form. */
const queryIntoForm = (query: string, form: Form): readonly EdgeRequest[] => {
  const text = `?${query}`;
  const [first = '', ...others] = Object.keys(form).sort();
  return Array.from({ length: text.length }, (_, end) => end).flatMap((end) => {
    const rest = text.slice(end);
    const kept = end < 2 ? '' : text.slice(1, end);
    const value = String(form[first]);
    const glued: Form = {
      [rest + first]: value,
      ...Object.fromEntries(others.map((name) => [name, form[name] ?? ''])),
    };
    return [{ [rest]: '', ...form }, { [rest.slice(0, 1)]: rest.slice(1), ...form }, glued].map((cut) => ({
      query: kept,
      form: cut,
    }));
  });
};

describe('a query that is moved into the form', () => {
  const call = { AccountSid: account.accountSid, CallStatus: 'completed' };
  test.each<[string, Form]>([
    ['name=Zo%C3%AB', call],
    ['note=a+b+c', call],
    ['o=1&t=%7B%22a%22%3A%201%7D', call],
    ['order=17', call],
    ['order=17', { A: '50%', ...call }],
    ['redirect=https%3A%2F%2Fexample.com%2Fa%3Fb%3Dc', call],
    [`a=${'%20'.repeat(20)}`, call],
  ])('%s is one event', async (query, fields) => {
    const form = { ...fields, CallSid: `CA${randomBytes(16).toString('hex')}` };
    const signature = edge.sign(edge.publicUrl('events', query), form);
    expect((await edge.send({ route: 'events', query, form, signature })).status).toBe(204);
    const [item] = await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    expect(JSON.parse(item?.['params']?.S ?? '')).toEqual(form);
    const cuts = queryIntoForm(query, form).map((cut) => ({ route: 'events' as const, signature, ...cut }));
    const accepted = await sendAll(cuts);
    expect(accepted).toBeGreaterThan(0);
    await expectNoEffect(accepted);
    expect(await edge.log.counted('OtherReading')).toBeGreaterThan(0);
  });
});

describe('a text that looks like other parameters', () => {
  /** Stores the genuine request, then expects the cut to be answered 2xx, counted and not stored. */
  const expectOneReading = async (
    route: 'messages' | 'status',
    form: Form,
    cut: Form,
    stored: number,
  ): Promise<void> => {
    const signature = edge.sign(edge.publicUrl(route), form);
    expect(edge.sign(edge.publicUrl(route), cut)).toBe(signature);
    const genuine = await edge.send({ route, form, signature });
    expect(isAccepted(genuine.status)).toBe(true);
    const rows = await edge.expectEffects({ queued: 1, stored, markers: 1 });
    expect(rows.some(({ pk }) => pk?.S?.endsWith(String(form['MessageSid'])))).toBe(true);
    const forged = await edge.send({ route, form: cut, signature });
    expect(isAccepted(forged.status)).toBe(true);
    await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
    expect(await edge.log.counted('OtherReading', 1)).toBe(1);
    const said = edge.log.lines().filter(({ reason }) => reason === 'other_reading');
    expect(said).toMatchObject([{ level: 'ERROR', account: account.accountSid.slice(-6) }]);
  };

  test('a message whose text contains From, MessageSid, NumMedia and To is not a second message', async () => {
    const form = edge.sms();
    const forgedSid = newMessageSid();
    const inText = `From+15550100066MessageSid${forgedSid}NumMedia0To+15550100002`;
    const body = `${String(form['Body'])}${inText}`;
    edge.watch(body);
    const genuine = { ...form, Body: body };
    await expectOneReading(
      'messages',
      genuine,
      {
        AccountSid: account.accountSid,
        ApiVersion: '2010-04-01',
        Body: String(form['Body']),
        From: '+15550100066',
        MessageSid: forgedSid,
        NumMedia: '0',
        // The rest of the genuine text.
        To:
          `+15550100002From${String(form['From'])}MessageSid${String(form['MessageSid'])}` +
          `NumMedia0To${String(form['To'])}`,
      },
      1,
    );
    expect(await edge.gateway.itemsOf(`${account.accountSid}#MESSAGE#${forgedSid}`)).toEqual([]);
  });

  const callback = () => ({
    AccountSid: account.accountSid,
    From: '+15550100002',
    MessageSid: newMessageSid(),
    MessageStatus: 'undelivered',
    To: '+15550100001',
  });

  test('a status callback whose ChannelStatusMessage contains an ErrorCode is stored, and its cut is not', async () => {
    const form = { ...callback(), ChannelStatusMessage: 'Provider said ErrorCode470' };
    await expectOneReading('status', form, { ...form, ChannelStatusMessage: 'Provider said ', ErrorCode: '470' }, 2);
    const [row] = (await edge.gateway.itemsOf(`${account.accountSid}#MESSAGE#${form.MessageSid}`)).filter(
      ({ sk }) => sk?.S === 'MESSAGE',
    );
    expect(row).toMatchObject({ status: { S: 'undelivered' } });
    expect(row).not.toHaveProperty('errorCode');
  });

  test.each<[string, Form]>([
    [
      'ChannelStatusMessage="Status: rejected by the channel"',
      { ChannelStatusMessage: 'Status: rejected by the channel' },
    ],
    ['ChannelStatusMessage="Provider said ErrorCode 470"', { ChannelStatusMessage: 'Provider said ErrorCode 470' }],
    ['ErrorMessage="Status unknown"', { ErrorMessage: 'Status unknown' }],
    ['ErrorMessage="Landline"', { ErrorMessage: 'Landline' }],
  ])('a status callback with %s is stored with its own status and error', async (_what, text) => {
    const form: Form = { ...callback(), ErrorCode: '63016', ...text };
    expect(
      (await edge.send({ route: 'status', form, signature: edge.sign(edge.publicUrl('status'), form) })).status,
    ).toBe(204);
    const rows = await edge.expectEffects({ queued: 1, stored: 2, markers: 1 });
    for (const row of rows) {
      expect(row).toMatchObject({ status: { S: 'undelivered' }, errorCode: { S: '63016' } });
    }
  });

  test('a cut without AccountSid is a cut of the same account', async () => {
    const form = edge.sms();
    const signature = edge.sign(edge.publicUrl('messages', 'x=1'), form);
    await edge.send({ query: 'x=1', form, signature });
    await edge.expectEffects({ queued: 1, stored: 1, markers: 1 });
    const cut = { query: `x=1AccountSid${account.accountSid}`, form: without(form, 'AccountSid'), signature };
    expect((await edge.send(cut)).status).toBe(200);
    await edge.expectEffects({ queued: 1, stored: 0, markers: 0 });
    expect(await edge.log.counted('OtherReading', 1)).toBe(1);
  });
});
