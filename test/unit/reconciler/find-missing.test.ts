import { messageKey, signedTextKey, statusEventKey, statusKey } from '../../../lambda/shared/contract/table';
import { backfillTextHash } from '../../../lambda/shared/reconciliation/backfill';
import { findMissing, type StatusChoice } from '../../../lambda/shared/reconciliation/find-missing';
import type { ListedMessage } from '../../../lambda/shared/reconciliation/listed-message';
import { accountSid, at, fakeTable, listed, outgoing } from './fake-twilio';

const missing = async (
  messages: readonly ListedMessage[],
  table = fakeTable(),
  statuses: StatusChoice = 'known',
): Promise<readonly string[]> => {
  const found = await findMissing(messages, { accountSid, statuses, settledBefore: at(10), read: table.read });
  return found.map(({ sid }) => sid);
};

describe('an incoming message', () => {
  const message = listed(1);

  it('is missing if the table does not have it, or knows only a status of it', async () => {
    const table = fakeTable();
    expect(await missing([message], table)).toEqual([message.sid]);
    table.put(messageKey(accountSid, message.sid), { direction: 'outbound' });
    expect(await missing([message], table)).toEqual([message.sid]);
    table.put(messageKey(accountSid, message.sid), { direction: 'inbound' });
    expect(await missing([message], table)).toEqual([]);
  });

  it('is looked up strongly consistent only if it seems to be missing, and is not missing if that read has it', async () => {
    const table = fakeTable();
    const stored = listed(2);
    table.put(messageKey(accountSid, stored.sid), { direction: 'inbound' });
    table.putRecently(messageKey(accountSid, message.sid), { direction: 'inbound' });
    expect(await missing([message, stored], table)).toEqual([]);
    expect(table.strongReads).toEqual([messageKey(accountSid, message.sid)]);
  });

  it('is not missing while it is young or still being received', async () => {
    expect(await missing([listed(1, { createdAt: at(11) }), listed(2, { status: 'receiving' })])).toEqual([]);
  });

  it('is not missing after it was erased', async () => {
    const table = fakeTable();
    const key = signedTextKey(accountSid, backfillTextHash(accountSid, message.sid, undefined));
    table.put(key, { requestId: 'backfill-1' });
    expect(await missing([message], table)).toEqual([message.sid]);
    table.put(key, { requestId: 'erased' });
    expect(await missing([message], table)).toEqual([]);
  });
});

describe('the status of an outgoing message', () => {
  const message = outgoing(1, 'undelivered', { errorCode: '30003' });
  const known = () => {
    const table = fakeTable();
    table.put(messageKey(accountSid, message.sid), { direction: 'outbound', status: 'sent' });
    return table;
  };

  it('is missing if the table has neither the status nor its history', async () => {
    expect(await missing([message], known())).toEqual([message.sid]);
    const withHistory = known();
    withHistory.put(statusEventKey(accountSid, message.sid, statusKey('undelivered', '30003')));
    expect(await missing([message], withHistory)).toEqual([]);
    const withStatus = known();
    withStatus.put(messageKey(accountSid, message.sid), { direction: 'outbound', status: 'undelivered' });
    expect(await missing([message], withStatus)).toEqual([]);
  });

  it('is missing of a message that the table does not know only with "all", and never with "none"', async () => {
    expect(await missing([message])).toEqual([]);
    expect(await missing([message], fakeTable(), 'all')).toEqual([message.sid]);
    expect(await missing([message], known(), 'none')).toEqual([]);
  });

  it('is not missing if Twilio does not report it, or has changed it just now', async () => {
    expect(await missing([outgoing(1, 'queued'), outgoing(1, 'sending')], known())).toEqual([]);
    expect(await missing([outgoing(1, 'delivered', { updatedAt: at(11) })], known())).toEqual([]);
  });
});
