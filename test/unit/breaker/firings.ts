import { encodeEnvelope, type Envelope } from '../../../lambda/shared/payload/envelope';
import { readFiring, type Firing } from '../../../lambda/breaker/trigger-event';
import type { BreakerTrigger } from '../../../lambda/shared/breaker/breaker-trigger';
import { usageEventId } from '../../../lambda/shared/contract/table';
import { signedTextHash } from '../../../lambda/shared/payload/event-id';

export const parentSid = `AC${'0'.repeat(31)}1`;
export const subaccountSid = `AC${'0'.repeat(31)}2`;
export const strangerSid = `AC${'0'.repeat(31)}3`;
export const triggerSid = `UT${'0'.repeat(31)}1`;
export const unknownTriggerSid = `UT${'0'.repeat(31)}9`;

/** Half an hour after the canonical firing. */
export const now = Date.parse('2026-11-22T10:30:00.000Z');

/** The trigger of the tests' configuration, by its SID. */
export const configured: BreakerTrigger = {
  target: 'support',
  category: 'totalprice',
  recurring: 'daily',
  by: 'price',
  sid: triggerSid,
};

/** The date of a firing of this moment, for what reads the clock itself. */
export const firedNow = () => ({ DateFired: new Date().toUTCString().replace('GMT', '+0000') });

type Fields = Readonly<Record<string, string | undefined>>;

/** What Twilio sends; undefined leaves a parameter out. */
export const usageBody = (changes: Fields = {}): string => {
  const fields: Fields = {
    AccountSid: subaccountSid,
    CurrentValue: '51.000000',
    DateFired: 'Sun, 22 Nov 2026 10:00:00 +0000',
    IdempotencyToken: `${subaccountSid}-FIRES-${triggerSid}-2026-11-22`,
    Recurring: 'daily',
    TriggerBy: 'price',
    TriggerValue: '50.000000',
    UsageCategory: 'totalprice',
    UsageRecordUri: 'https://elsewhere.example/2010-04-01/Accounts/AC/Usage/Records.json',
    UsageTriggerSid: triggerSid,
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  ).toString();
};

/** As ingress enqueues it. */
const usageEnvelope = (changes: Fields = {}, envelope: Partial<Envelope> = {}): Envelope => ({
  eventId: usageEventId(changes['IdempotencyToken'] ?? 'token'),
  signedTextHash: signedTextHash(usageBody(changes)),
  kind: 'usage',
  route: 'usage',
  accountSid: changes['AccountSid'] ?? subaccountSid,
  contentType: 'form',
  body: Buffer.from(usageBody(changes)),
  query: '',
  receivedAt: '2026-11-22T10:00:01.000Z',
  requestId: 'request-1',
  tokenSlot: 'current',
  ...envelope,
});

export const usageMessage = (changes: Fields = {}, envelope: Partial<Envelope> = {}): string =>
  encodeEnvelope(usageEnvelope(changes, envelope));

export const firing = (changes: Fields = {}, envelope: Partial<Envelope> = {}): Firing =>
  readFiring(usageEnvelope(changes, envelope));
