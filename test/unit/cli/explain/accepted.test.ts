import {
  curl,
  explain,
  formText,
  hashed,
  json,
  messagesUrl,
  sentJson,
  signature,
  signedOver,
  smsForm,
  type Form,
} from './fixture';
import { accountSid, messageSid } from '../fake-environment';

const statusUrl = messagesUrl.replace('messages', 'status');
const usageUrl = messagesUrl.replace('messages', 'usage');
const eventsUrl = messagesUrl.replace('messages', 'events');
const statusForm = { AccountSid: accountSid, MessageSid: messageSid, MessageStatus: 'delivered' };
const without = (name: string) => Object.fromEntries(Object.entries(smsForm).filter(([other]) => other !== name));
const sentTo = (url: string, form: Form) => curl(signedOver(url, form, { url, body: formText(form) }));

describe('explain calls a webhook genuine if the gateway accepts it', () => {
  it.each([
    ['a message without Body', messagesUrl, without('Body')],
    ['a message without NumMedia', messagesUrl, without('NumMedia')],
    ['the same MessageSid twice', messagesUrl, { ...smsForm, MessageSid: [messageSid, messageSid] }],
    ['a sender that begins with a digit', messagesUrl, { ...smsForm, From: '3Mobile' }],
    ['a MessageStatus in capitals', statusUrl, { ...statusForm, MessageStatus: 'DELIVERED' }],
    ['a form without AccountSid', eventsUrl, { interactionAccountSid: accountSid, interactionType: 'Message' }],
  ])('%s', async (_title, url, form) => {
    const { exitCode, report } = await explain(sentTo(url, form));
    expect(report).toMatchObject({ verdict: 'genuine', causes: [], notes: [] });
    expect(exitCode).toBe(0);
  });

  it.each<[string, string, Form, RegExp]>([
    ['MessageSid missing', messagesUrl, without('MessageSid'), /MessageSid is missing.*\/events, not to \/messages/],
    ['MessageSid malformed', messagesUrl, { ...smsForm, MessageSid: 'SM1' }, /MessageSid is not.*route is the right/],
    ['a message on /status', statusUrl, smsForm, /MessageStatus is missing.*\/messages, not to \/status/],
    ['a status on /usage', usageUrl, statusForm, /UsageTriggerSid is missing.*\/status, not to \/usage/],
    [
      'MessageSid twice',
      messagesUrl,
      { ...smsForm, MessageSid: [messageSid, `SM${'b'.repeat(32)}`] },
      /MessageSid is there twice/,
    ],
  ])('notes that it is unrecognized, with the reason and the route: %s', async (...one) => {
    const [, url, form, words] = one;
    const { exitCode, report } = await explain(sentTo(url, form));
    expect(report).toMatchObject({ verdict: 'genuine', causes: [], notes: [{ id: 'unrecognized' }] });
    expect(report.notes[0]?.explanation).toMatch(words);
    expect(exitCode).toBe(0);
  });

  it('notes that a signed body is not JSON', async () => {
    const body = json.slice(1);
    const { exitCode, report } = await explain(
      curl(sentJson({ url: hashed(body), body, signature: signature(hashed(body)) })),
    );
    expect(report).toMatchObject({ verdict: 'genuine', notes: [{ id: 'unrecognized' }] });
    expect(exitCode).toBe(0);
  });
});

describe('explain knows the options of the stage', () => {
  const get = `${messagesUrl}?${formText(smsForm)}`;
  const asGet = { method: 'GET', url: get, body: '', signature: signature(get) };

  it('calls a GET genuine only if the stage accepts GET', async () => {
    const accepted = await explain(curl(asGet), [], { target: { acceptGet: true } });
    expect(accepted.report).toMatchObject({ verdict: 'genuine', gatewayAnswer: { status: 200 } });
    expect(accepted.exitCode).toBe(0);
    const refused = await explain(curl(asGet));
    expect(refused.ids).toEqual(['method-not-allowed']);
    expect(refused.report.gatewayAnswer).toEqual({ status: 405, reason: 'method_not_allowed' });
  });

  it('reports a host other than the custom domain', async () => {
    const parts = { target: { customDomain: 'public.example' } };
    expect((await explain(curl(signedOver(messagesUrl)), [], parts)).exitCode).toBe(0);
    const url = 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/messages';
    const { ids, report, exitCode } = await explain(curl(signedOver(messagesUrl, smsForm, { url })), [], parts);
    expect({ ids, exitCode }).toEqual({ ids: ['host-not-served'], exitCode: 1 });
    expect(report.causes[0]?.explanation).toContain('abc.execute-api.eu-west-1.amazonaws.com');
    expect(report.gatewayAnswer).toEqual({ status: 403, reason: 'signature_mismatch' });
  });

  it('names every problem, in the order in which the gateway rejects it', async () => {
    const parts = { target: { customDomain: 'public.example' } };
    const url = 'https://other.example/dev/messages';
    const sent = signedOver(`${messagesUrl}/`, smsForm, { url, method: 'PUT', contentType: 'text/plain' });
    const { ids } = await explain(curl(sent), [], parts);
    expect(ids).toEqual([
      'method-not-allowed',
      'unsupported-media-type',
      'host-not-served',
      'url-trailing-slash-added',
    ]);
  });
});
