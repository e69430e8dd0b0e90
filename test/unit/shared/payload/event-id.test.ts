import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parseForm } from '../../../../lambda/shared/payload/form';
import {
  cloudEventId,
  eventKey,
  messageKey,
  signedTextKey,
  statusEventKey,
  statusKey,
  usageEventId,
} from '../../../../lambda/shared/contract/table';
import type { WebhookKind } from '../../../../lambda/shared/contract/routes';
import { eventIdOf, signedTextHash } from '../../../../lambda/shared/payload/event-id';
import { readingDigest, readJson, readParams } from '../../../../lambda/shared/payload/reading';

const messageSid = `SM${'a'.repeat(32)}`;
const textHash = signedTextHash('https://hooks.example/dev/events?order=17');
const idOfForm = (kind: WebhookKind, form: string) => eventIdOf(readParams(kind, parseForm(form)), textHash);
const idOfJson = (json: string) => eventIdOf(readJson(Buffer.from(json)), textHash);

test('a message is its MessageSid, a status its SID, status and error code', () => {
  expect(idOfForm('message', `MessageSid=${messageSid}&Body=x`)).toBe(messageSid);
  expect(idOfForm('status', `MessageSid=${messageSid}&MessageStatus=sent`)).toBe(`${messageSid}#sent#-`);
  expect(idOfForm('status', `MessageSid=${messageSid}&MessageStatus=FAILED&ErrorCode=30003`)).toBe(
    `${messageSid}#failed#30003`,
  );
  expect(statusKey('failed', '')).toBe('failed#-');
});

test('a usage trigger is its idempotency token, of which nothing can be read in the id', () => {
  const accountSid = `AC${'1'.repeat(32)}`;
  const id = idOfForm('usage', `UsageTriggerSid=UT${'b'.repeat(32)}&IdempotencyToken=${accountSid}-FIRES`);
  expect(id).toMatch(/^USAGE#[0-9a-f]{64}$/);
  expect(id).not.toContain(accountSid);
  expect(id).toBe(usageEventId(`${accountSid}-FIRES`));
});

const cloudEvent = (attributes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ specversion: '1.0', source: '/a', id: 'e', type: 't', ...attributes });

test('a CloudEvent is its source and id, and a batch of several is its signed text', () => {
  expect(idOfJson(cloudEvent({}))).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(cloudEvent({ data: 1, type: 'other' }))).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(`[${cloudEvent({})}]`)).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(`[${cloudEvent({})},${cloudEvent({ id: 'f' })}]`)).toBe(`BATCH#${textHash}`);
  expect(new Set([cloudEventId('/a', 'e'), cloudEventId('/b', 'e'), cloudEventId('/ae', '')]).size).toBe(3);
});

test.each(['specversion', 'source', 'id', 'type'])('JSON without %s is its signed text', (name) => {
  for (const value of [undefined, '', 7, null]) {
    expect(idOfJson(cloudEvent({ [name]: value }))).toBe(`EVENT#${textHash}`);
  }
});

test('a webhook without an identifier of its own, or that cannot be read, is identified by its signed text', () => {
  expect(idOfForm('event', `MessageSid=${messageSid}`)).toBe(`EVENT#${textHash}`);
  expect(idOfForm('message', 'Body=x')).toBe(`EVENT#${textHash}`);
  expect(idOfJson('{"id":""}')).toBe(`EVENT#${textHash}`);
  expect(idOfJson('"text"')).toBe(`EVENT#${textHash}`);
  expect(textHash).toBe(createHash('sha256').update('https://hooks.example/dev/events?order=17').digest('hex'));
});

test('no two kinds and no two accounts share a key', () => {
  const text = fc.string({ maxLength: 20 });
  const [a, b] = [`AC${'1'.repeat(32)}`, `AC${'2'.repeat(32)}`];
  fc.assert(
    fc.property(text, text, (one, other) => {
      const keysOf = (account: string) => [
        messageKey(account, messageSid),
        statusEventKey(account, messageSid, statusKey('sent', undefined)),
        eventKey(account, usageEventId(one)),
        eventKey(account, cloudEventId(one, other)),
        eventKey(account, `EVENT#${textHash}`),
        signedTextKey(account, textHash),
      ];
      const keys = [...keysOf(a), ...keysOf(b)].map(({ pk, sk }) => `${pk} ${sk}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { pk } of keysOf(a)) expect(pk.startsWith(`${a}#`)).toBe(true);
    }),
  );
});

describe('the digest of a reading', () => {
  const digest = (form: string, query = '') => readingDigest({ contentType: 'form', query, body: Buffer.from(form) });

  test.each([
    ['the order of parameters', 'b=2&a=1', 'x=1&y=2', 'a=1&b=2', 'y=2&x=1'],
    ['a value repeated', 'a=1&a=1', 'x=1', 'a=1', 'x=1&x=1'],
    ['another percent-encoding', 'a=%31+2', '%78=1', 'a=1%202', 'x=%31'],
  ])('does not know %s', (_what, form, query, otherForm, otherQuery) => {
    expect(digest(otherForm, otherQuery)).toBe(digest(form, query));
  });

  test.each([
    ['where a name ends', 'ab=c', '', 'a=bc', ''],
    ['where a parameter ends', 'a=1&b=2', '', 'a=1b2', ''],
    ['what is in the query and what in the form', 'a=1', 'x=1', '?x=1a1=', ''],
    ['another value', 'a=1', '', 'a=2', ''],
  ])('knows %s', (_what, form, query, otherForm, otherQuery) => {
    expect(digest(otherForm, otherQuery)).not.toBe(digest(form, query));
  });

  test('knows how a request was read', () => {
    const digests = (['form', 'json', 'query'] as const).map((contentType) =>
      readingDigest({ contentType, query: 'a=1', body: Buffer.alloc(0) }),
    );
    expect(new Set(digests).size).toBe(3);
  });
});
