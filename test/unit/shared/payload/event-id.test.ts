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

test('the id of a message is its MessageSid; that of a status callback is MessageSid, status and error code', () => {
  expect(idOfForm('message', `MessageSid=${messageSid}&Body=x`)).toBe(messageSid);
  expect(idOfForm('status', `MessageSid=${messageSid}&MessageStatus=sent`)).toBe(`${messageSid}#sent#-`);
  expect(idOfForm('status', `MessageSid=${messageSid}&MessageStatus=FAILED&ErrorCode=30003`)).toBe(
    `${messageSid}#failed#30003`,
  );
  expect(statusKey('failed', '')).toBe('failed#-');
});

test('the id of a usage trigger event is a hash of its idempotency token', () => {
  const accountSid = `AC${'1'.repeat(32)}`;
  const id = idOfForm('usage', `UsageTriggerSid=UT${'b'.repeat(32)}&IdempotencyToken=${accountSid}-FIRES`);
  expect(id).toMatch(/^USAGE#[0-9a-f]{64}$/);
  expect(id).not.toContain(accountSid);
  expect(id).toBe(usageEventId(`${accountSid}-FIRES`));
});

const cloudEvent = (attributes: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ specversion: '1.0', source: '/a', id: 'e', type: 't', ...attributes });

test('the id of a CloudEvent comes from its source and id; that of a batch from the signed text', () => {
  expect(idOfJson(cloudEvent({}))).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(cloudEvent({ data: 1, type: 'other' }))).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(`[${cloudEvent({})}]`)).toBe(cloudEventId('/a', 'e'));
  expect(idOfJson(`[${cloudEvent({})},${cloudEvent({ id: 'f' })}]`)).toBe(`BATCH#${textHash}`);
  expect(new Set([cloudEventId('/a', 'e'), cloudEventId('/b', 'e'), cloudEventId('/ae', '')]).size).toBe(3);
});

test.each(['specversion', 'source', 'id', 'type'])('the id of JSON without %s comes from the signed text', (name) => {
  for (const value of [undefined, '', 7, null]) {
    expect(idOfJson(cloudEvent({ [name]: value }))).toBe(`EVENT#${textHash}`);
  }
});

test('the id of a webhook that has no identifier or cannot be parsed comes from the signed text', () => {
  expect(idOfForm('event', `MessageSid=${messageSid}`)).toBe(`EVENT#${textHash}`);
  expect(idOfForm('message', 'Body=x')).toBe(`EVENT#${textHash}`);
  expect(idOfJson('{"id":""}')).toBe(`EVENT#${textHash}`);
  expect(idOfJson('"text"')).toBe(`EVENT#${textHash}`);
  expect(textHash).toBe(createHash('sha256').update('https://hooks.example/dev/events?order=17').digest('hex'));
});

test('keys of different kinds or accounts are never the same', () => {
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

describe('readingDigest', () => {
  const digest = (form: string, query = '') => readingDigest({ contentType: 'form', query, body: Buffer.from(form) });

  test.each([
    ['the order of parameters', 'b=2&a=1', 'x=1&y=2', 'a=1&b=2', 'y=2&x=1'],
    ['a repeated value', 'a=1&a=1', 'x=1', 'a=1', 'x=1&x=1'],
    ['another percent-encoding', 'a=%31+2', '%78=1', 'a=1%202', 'x=%31'],
  ])('does not depend on %s', (_what, form, query, otherForm, otherQuery) => {
    expect(digest(otherForm, otherQuery)).toBe(digest(form, query));
  });

  test.each([
    ['where a name ends', 'ab=c', '', 'a=bc', ''],
    ['where a parameter ends', 'a=1&b=2', '', 'a=1b2', ''],
    ['which parameters are in the query and which in the form', 'a=1', 'x=1', '?x=1a1=', ''],
    ['a value', 'a=1', '', 'a=2', ''],
  ])('depends on %s', (_what, form, query, otherForm, otherQuery) => {
    expect(digest(otherForm, otherQuery)).not.toBe(digest(form, query));
  });

  test('depends on the content type that a request was parsed as', () => {
    const digests = (['form', 'json', 'query'] as const).map((contentType) =>
      readingDigest({ contentType, query: 'a=1', body: Buffer.alloc(0) }),
    );
    expect(new Set(digests).size).toBe(3);
  });
});
