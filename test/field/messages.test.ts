import { without } from '../adversarial/support/forms';
import { newMessageSid, statusForm, type Form } from '../helpers/webhooks';
import { account, formOf, useEdge } from './support/kinds';

/**
 * Requests that Twilio may send beyond those that were reported: no genuine request is rejected for its content.
 */

const { edge, expectStored } = useEdge();

test.each([
  '24/7 Shop',
  '24 7 Taxi',
  '7-Eleven',
  '4You',
  '3M',
  'SUPPORT',
  '🌍 Shop',
  'apple:123abc',
  'viber:0123456789AbC/+A==',
  'messenger:1234567890',
  'whatsapp:+15550100001',
  'client:jane',
  'sip:1@x.example',
  '12345',
  '+',
  '',
  ' ',
])('a message from "%s" is stored', async (from) => {
  const form = { ...formOf('messages'), From: from };
  expect(await expectStored('messages', form)).toMatchObject({ from: { S: from }, sk: { S: 'MESSAGE' } });
});

test.each<[string, Form, object]>([
  ['an empty Body', { Body: '' }, { body: { S: '' } }],
  ['NumMedia that is not a number', { NumMedia: 'many' }, { numMedia: { N: '0' } }],
  ['an empty NumMedia', { NumMedia: '' }, { numMedia: { N: '0' } }],
  ['more media than it brings', { NumMedia: '9999' }, { numMedia: { N: '9999' }, media: { L: [] } }],
  ['a type that nobody knows', { MessageType: 'hologram', HologramData: '{}' }, { numMedia: { N: '0' } }],
  ['an OptOutType', { OptOutType: 'STOP' }, {}],
])('a message with %s is stored', async (_what, changes, expected) => {
  expect(await expectStored('messages', { ...formOf('messages'), ...changes })).toMatchObject(expected);
});

test.each(['Body', 'NumMedia', 'From', 'To', 'ApiVersion', 'AccountSid'])(
  'a message without %s is stored under its MessageSid',
  async (name) => {
    const form = without(formOf('messages'), name);
    const row = await expectStored('messages', form);
    expect(row['pk']).toEqual({ S: `${account.accountSid}#MESSAGE#${String(form['MessageSid'])}` });
  },
);

test.each(['Body', 'NumMedia', 'From', 'To'])('an MMS without %s keeps its media', async (name) => {
  const form = without(
    {
      ...formOf('messages'),
      NumMedia: '1',
      MediaUrl0: 'https://api.twilio.com/media',
      MediaContentType0: 'image/png',
    },
    name,
  );
  const row = await expectStored('messages', form);
  expect(JSON.stringify(row)).toContain('https://api.twilio.com/media');
});

test.each([
  ['DELIVERED', 'delivered'],
  ['Sent', 'sent'],
  ['partially_delivered', 'partially_delivered'],
  ['on-hold', 'on-hold'],
  ['TELEPORTED', 'teleported'],
])('a status callback of %s is stored as %s', async (status, stored) => {
  const sid = newMessageSid();
  const row = await expectStored('status', statusForm(sid, status, { AccountSid: account.accountSid }));
  expect(row['pk']).toEqual({ S: `${account.accountSid}#MESSAGE#${sid}` });
  const history = await edge().gateway.itemsOf(`${account.accountSid}#MESSAGE#${sid}`);
  expect(history.find(({ sk }) => sk?.S?.startsWith('STATUS#'))?.['status']).toEqual({ S: stored });
});
