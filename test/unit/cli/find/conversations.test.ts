import type { ConversationKey, ConversationSummary } from '../../../../console/api';
import type { ConversationsQuery, WebhookReader } from '../../../../cli/clients/webhooks/webhook-reader';
import { accountSid, messageSid, run } from '../fake-environment';
import { configured, message, sentStatus } from './fake-webhooks';

const own = '+15550100002';
const person = '+15550100001';

const summary = (varied: Partial<ConversationSummary> = {}): ConversationSummary => ({
  accountSid,
  own,
  person,
  lastAt: '2026-03-04T05:06:07.008Z',
  lastText: 'héllo',
  lastDirection: 'inbound',
  messages: 3,
  optOut: 'STOP',
  ...varied,
});

const outbound = { ...sentStatus, id: messageSid, kind: 'message' } as const;

const fake = (summaries: readonly ConversationSummary[], hasMessages: (key: ConversationKey) => boolean) => {
  const queries: ConversationsQuery[] = [];
  const keys: ConversationKey[] = [];
  const reader: Partial<WebhookReader> = {
    conversations: (query) => {
      queries.push(query);
      return Promise.resolve(summaries);
    },
    conversation: (key, { limit }) => {
      keys.push(key);
      const earlier = message({ receivedAt: '2026-03-03T23:59:59.000Z', body: 'a\nb', numMedia: 1 });
      const messages = hasMessages(key) ? [earlier, message(), outbound].slice(-limit) : [];
      return Promise.resolve({ messages, before: limit < 3 ? 'position' : null });
    },
  };
  return { parts: { ...configured, webhooks: reader }, queries, keys };
};

describe('gateway conversations list', () => {
  it('prints the summaries as JSON and as a table', async () => {
    const { parts, queries } = fake(
      [summary(), summary({ person: '+15550100003', lastDirection: 'outbound' })],
      () => true,
    );
    const json = await run(['conversations', 'list', '--json', '--search', 'order', '--with', person], parts);
    expect(JSON.parse(json.data)).toEqual([summary(), summary({ person: '+15550100003', lastDirection: 'outbound' })]);
    expect(queries[0]).toMatchObject({ accountSids: [accountSid], limit: 50, search: 'order', with: person });
    const { data } = await run(['conversations', 'list', '--wide'], parts);
    expect(data.split('\n')[1]).toMatch(/^2026-03-04T05:06:07.008Z +\+15550100001 +\+15550100002 +3 +STOP +héllo/);
    expect(data.split('\n')[2]).toContain('→ héllo');
  });

  it('prints an empty list as [] or No conversations, and where it looked', async () => {
    const { parts } = fake([], () => true);
    expect(await run(['conversations', 'list', '--json'], parts)).toMatchObject({ exitCode: 0, data: '[]' });
    const { data, notes } = await run(['conversations', 'list', '--since', '2h'], parts);
    expect(data).toBe('No conversations');
    expect(notes).toContain('Looked since 2026-03-04T03:06:07.008Z (--since) at the messages of …111111');
  });
});

describe('gateway conversations show', () => {
  it('prints days, the messages of the person on the left, and the own ones with their status', async () => {
    const { parts, keys } = fake([summary(), summary({ person: '+15550100003' })], () => true);
    const { exitCode, data } = await run(['conversations', 'show', '+1 555 010 0001'], parts);
    expect(exitCode).toBe(0);
    expect(keys).toEqual([{ accountSid, own, person }]);
    expect(data.split('\n')).toEqual([
      '+15550100001 ← → +15550100002  account …111111',
      '2026-03-03',
      '23:59:59  ← a\\nb (1 media)',
      '2026-03-04',
      '05:06:07  ← héllo',
      '05:06:07              → (text not stored)  failed, error 30003',
    ]);
  });

  it('reads the conversation of two addresses in every channel, without a search', async () => {
    const { parts, keys, queries } = fake([], ({ person: side }) => side.startsWith('whatsapp:'));
    const args = ['conversations', 'show', person, '--own', own, '--limit', '2'];
    const { data, notes } = await run([...args, '--json'], parts);
    expect(JSON.parse(data)).toMatchObject([
      {
        accountSid,
        own: `whatsapp:${own}`,
        person: `whatsapp:${person}`,
        messages: [{ body: 'héllo' }, { status: 'failed' }],
        hasOlder: true,
      },
    ]);
    expect(queries).toEqual([]);
    expect(keys).toContainEqual({ accountSid, own, person });
    expect(notes).toContain('There are older messages: --limit shows more than 2.');
  });

  it('says what is not found, and how to look further', async () => {
    const { parts } = fake([], () => false);
    const { exitCode, notes } = await run(['conversations', 'show', person], parts);
    expect(exitCode).toBe(1);
    expect(notes).toMatch(/No conversation with \+15550100001.*30 days.*--own <address>/);
  });
});
