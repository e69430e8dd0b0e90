import { sendKinds } from '../../../../cli/send/send-kinds';
import { buildPayload, type SendKind } from '../../../../cli/send/kinds/kind';
import type { Payload } from '../../../../cli/send/twilio-payloads';
import {
  cloudEventSubject,
  formAttributes,
  jsonAttributes,
} from '../../../../lambda/shared/attributes/event-attributes';
import { messageAttributesOf } from '../../../../lambda/shared/attributes/message-attributes';
import { twilioProducts } from '../../../../lambda/shared/attributes/twilio-products';
import type { Params } from '../../../../lambda/shared/payload/form';
import { readJsonBody } from '../../../../lambda/shared/payload/cloud-events';
import type { PostAnswer, PostRequest } from '../../../../cli/clients/post';
import { parseForm } from '../../../../lambda/shared/payload/form';
import { accountSid, authToken, fakeSecrets, run, secretText } from '../fake-environment';

const now = new Date('2026-03-04T05:06:07.008Z');
const secrets = fakeSecrets({ 'first-account': { AWSCURRENT: secretText(accountSid, authToken) } });
const accepted: PostAnswer = { kind: 'answer', status: 204, contentType: '', body: '', durationMs: 1 };
const send = (...args: readonly string[]) => run(['send', ...args], { secrets, post: () => Promise.resolve(accepted) });
const sentParams = (posts: readonly PostRequest[]): Params => parseForm(posts[0]?.body ?? '');

const kindNamed = (name: string): SendKind => {
  const found = sendKinds.find(({ kind }) => kind === name);
  if (found === undefined) throw new Error(`there is no kind ${name}`);
  return found;
};

/** What the consumer finds in a payload, as it would store it. */
const attributesOf = ({ content }: Payload): { readonly subject?: string; readonly type?: string } => {
  if (content.type === 'form') return formAttributes(content.params);
  const json = readJsonBody(Buffer.from(JSON.stringify(content.value)));
  const [event] = json.kind === 'cloud_events' ? json.events : [];
  if (event === undefined) return jsonAttributes(content.value);
  const subject = cloudEventSubject(event);
  return { type: event.type, ...(subject !== undefined && { subject }) };
};

/** Names without capitals and underscores, as the consumer compares them. */
const namesOf = ({ content }: Payload): ReadonlySet<string> => {
  const json = JSON.stringify(content.type === 'form' ? { ...content.params } : content.value);
  return new Set([...json.matchAll(/"(\w+)":/g)].map(([, name = '']) => name.replaceAll('_', '').toLowerCase()));
};

describe('the kinds of webhooks that can be sent', () => {
  it('have names and titles of their own, and a subcommand each', async () => {
    expect(new Set(sendKinds.map(({ kind }) => kind)).size).toBe(sendKinds.length);
    expect(new Set(sendKinds.map(({ title }) => title)).size).toBe(sendKinds.length);
    const { data } = await run(['send', '--help']);
    for (const { kind, description } of sendKinds)
      expect(data).toMatch(new RegExp(`^ {2}${kind} .*${description}`, 'm'));
  });

  it('have every product that the gateway knows', () => {
    const payloads = sendKinds.map((kind) => namesOf(buildPayload(kind, {}, accountSid, now)));
    for (const { name, has } of twilioProducts) {
      const params = has.map((param) => param.toLowerCase());
      const isSent = has.length === 0 || payloads.some((names) => params.some((param) => names.has(param)));
      expect({ name, isSent }).toEqual({ name, isSent: true });
    }
  });

  it.each(sendKinds.filter(({ kind }) => kind !== 'event-streams').map((kind) => [kind.kind, kind] as const))(
    '%s is about its SID, and says what has happened',
    (_name, kind) => {
      const payload = buildPayload(kind, {}, accountSid, now);
      const [prefix] = kind.sidPrefixes;
      expect(payload.sid).toMatch(new RegExp(`^${prefix}[0-9a-f]{32}$`));
      const { subject, type } = attributesOf(payload);
      expect(subject).toBe(payload.sid);
      expect(type).toMatch(/^[A-Za-z][\w.-]+$/);
    },
  );

  it.each(
    sendKinds
      .filter(({ event, status }) => event !== undefined || status !== undefined)
      .map((kind) => [kind.kind, kind] as const),
  )('%s takes another status or event', (_name, kind) => {
    const changed = kind.event === undefined ? { status: 'failed' } : { event: 'another.event' };
    const { type } = attributesOf(buildPayload(kind, changed, accountSid, now));
    expect(type).toMatch(/(?:^|\.)(?:failed|another\.event)$/);
  });
});

describe('gateway send', () => {
  it.each([
    ['call', '--from', '+15550100003', '--status', 'in-progress'],
    ['recording', '--status', 'absent'],
    ['conversation', '--event', 'onConversationAdded'],
    ['task', '--event', 'reservation.accepted', '--sid', `WT${'1'.repeat(32)}`],
    ['studio'],
    ['intelligence'],
  ])('posts %s to the route of events, and says how to find it', async (...args) => {
    const { exitCode, posts, notes } = await send(...args);
    expect(exitCode).toBe(0);
    expect(posts[0]?.url).toMatch(/^http:\/\/127\.0\.0\.1:9\/dev\/events/);
    expect(notes).toMatch(/Next: npx gateway events show '\w+#[0-9a-f]{64}'/);
  });

  it('marks an opt-out as Advanced Opt-Out does, with its word as the text unless another is given', async () => {
    const stop = sentParams((await send('sms', '--opt-out', 'STOP')).posts);
    expect(messageAttributesOf(stop)).toEqual({ optOutType: 'STOP' });
    expect(stop).toMatchObject({ Body: 'STOP', MessagingServiceSid: expect.stringMatching(/^MG/) });
    const worded = sentParams((await send('sms', '--opt-out', 'STOP', '--body', 'please stop')).posts);
    expect(worded).toMatchObject({ Body: 'please stop', OptOutType: 'STOP' });
    expect(sentParams((await send('sms')).posts)).not.toHaveProperty('OptOutType');
  });

  it('sends a tapped button and a location of WhatsApp with their attributes', async () => {
    const button = sentParams((await send('whatsapp', '--button', 'confirm-17', '--body', 'Yes')).posts);
    expect(button).toMatchObject({
      MessageType: 'button',
      Body: 'Yes',
      ButtonText: 'Yes',
      ButtonPayload: 'confirm-17',
    });
    const location = sentParams((await send('whatsapp', '--location', '-33.9,18.4')).posts);
    expect(location).toMatchObject({ MessageType: 'location', Latitude: '-33.9', Longitude: '18.4' });
    expect(location).not.toHaveProperty('Body');
  });

  it.each([
    ['sms', '--opt-out', 'MAYBE'],
    ['sms', '--button', 'x'],
    ['whatsapp', '--location', '91,0'],
    ['whatsapp', '--location', '59.3'],
    ['whatsapp', '--location', ',0'],
    ['whatsapp', '--location', '1,2', '--button', 'x'],
    ['call', '--status', 'Completed'],
    ['call', '--sid', `SM${'1'.repeat(32)}`],
    ['conversation', '--event', 'on message added'],
  ])('rejects the wrong call %s %s %s with exit code 2 and posts nothing', async (...args) => {
    expect(await send(...args)).toMatchObject({ exitCode: 2, posts: [] });
  });

  it('keeps --json-events, which event-streams has as a command of its own', async () => {
    const typeOf = ({ posts }: { readonly posts: readonly PostRequest[] }): unknown =>
      (JSON.parse(String(posts[0]?.body)) as [{ readonly type: string }])[0].type;
    const [option, command] = [await send('event', '--json-events'), await send('event-streams')];
    expect(typeOf(option)).toBe(typeOf(command));
    expect(kindNamed('event').fields).toContain('body');
  });
});
