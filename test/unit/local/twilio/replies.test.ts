import { readHandlerOutputs } from '../../../../lambda/shared/contract/stack-outputs';
import { parseReplySecret } from '../../../../lambda/shared/credentials/reply-secret';
import type { FunctionConfiguration } from '../../../../local/functions/execution-environment';
import { startSecrets, type LocalSecrets } from '../../../../local/secrets-manager/local-service';
import { replyKeyFrom, startReplies, type Replies, type ReplyKey } from '../../../../local/twilio/replies';
import { otherAccount, testAccount } from '../../../helpers/test-account';

const key: ReplyKey = { accountSid: testAccount.accountSid, apiKey: `SK${'c'.repeat(32)}`, apiSecret: 'secret' };

describe('where replies go', () => {
  let secrets: LocalSecrets;
  let replies: Replies;
  const start = async (given: ReplyKey | undefined, ...secretIds: readonly string[]): Promise<void> => {
    replies = await startReplies({
      key: given,
      storePath: undefined,
      secrets,
      secretIds: () => secretIds,
      origins: { local: 'http://127.0.0.1:9', public: undefined },
      onLine: () => undefined,
    });
  };
  beforeEach(async () => {
    secrets = await startSecrets({ storePath: undefined });
    await secrets.create('one', JSON.stringify(testAccount));
    await secrets.create('two', JSON.stringify(otherAccount));
    await secrets.create('new', '{"accountSid":"CHANGE_ME","authToken":"x"}');
    await secrets.create('reply', '{"accountSid":"CHANGE_ME","apiSecret":"x"}');
  });
  afterEach(async () => {
    await replies.close();
    await secrets.close();
  });

  const configuration = (environment: Readonly<Record<string, string>>): FunctionConfiguration => ({
    name: 'Function',
    arn: 'arn',
    modulePath: 'index.js',
    exportName: 'handler',
    timeoutMs: 1000,
    memoryMb: 128,
    environment,
  });

  test('without a key, the stand-in takes them, with a key for each account that has a secret', async () => {
    await start(undefined, 'one', 'new');
    await replies.fillSecret('reply');
    const parsed = parseReplySecret(await secrets.read('reply'));
    expect(parsed).toMatchObject({ kind: 'ok', keys: [{ accountSid: testAccount.accountSid }] });
    await replies.close();
    await start(undefined, 'one', 'two');
    await replies.fillSecret('reply');
    const both = parseReplySecret(await secrets.read('reply'));
    expect(both).toMatchObject({ kind: 'ok', keys: [{}, { accountSid: otherAccount.accountSid }] });
  });

  test('the key in the secret is one that the stand-in accepts', async () => {
    await start(undefined, 'one');
    await replies.fillSecret('reply');
    const parsed = parseReplySecret(await secrets.read('reply'));
    const [stored] = parsed.kind === 'ok' ? parsed.keys : [];
    const basic = Buffer.from(`${stored?.apiKey ?? ''}:${stored?.apiSecret ?? ''}`).toString('base64');
    const path = `api.twilio.com/2010-04-01/Accounts/${testAccount.accountSid}/Messages.json`;
    const answer = await fetch(`${replies.standIn?.baseUrl ?? ''}/${path}`, {
      headers: { authorization: `Basic ${basic}` },
    });
    expect(answer.status).toBe(200);
  });

  test('only functions that reply are sent to the stand-in, and a base URL that is set stays', async () => {
    await start(undefined, 'one');
    const baseUrl = replies.standIn?.baseUrl;
    const environmentAfter = (environment: Readonly<Record<string, string>>) =>
      replies.redirect(configuration(environment)).environment;
    expect(environmentAfter({ REPLY_SECRET_ARN: 'a' })).toEqual({
      REPLY_SECRET_ARN: 'a',
      TWILIO_API_BASE_URL: baseUrl,
    });
    const breaker = { BREAKER_SECRET_ARN: 'a' };
    expect(environmentAfter(breaker)).toEqual(breaker);
    const set = { REPLY_SECRET_ARN: 'a', TWILIO_API_BASE_URL: 'http://127.0.0.1:9' };
    expect(environmentAfter(set)).toEqual(set);
  });

  test('with a key there is no stand-in, and the secret gets the key', async () => {
    await start(key, 'one');
    await replies.fillSecret(undefined);
    await replies.fillSecret('reply');
    expect(replies.standIn).toBeUndefined();
    expect(parseReplySecret(await secrets.read('reply'))).toEqual({ kind: 'ok', keys: [key] });
    const configured = configuration({ REPLY_SECRET_ARN: 'a' });
    expect(replies.redirect(configured)).toBe(configured);
  });
});

describe('the reply key in the environment', () => {
  const { apiKey, apiSecret } = key;
  test.each([
    ['none', {}, testAccount, undefined],
    ['a whole one', { TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret }, testAccount, key],
    ['no secret', { TWILIO_API_KEY: apiKey }, testAccount, expect.stringContaining('Set both TWILIO_API_KEY')],
    ['no key', { TWILIO_API_SECRET: apiSecret }, testAccount, expect.stringContaining('Set both TWILIO_API_KEY')],
    [
      'no account',
      { TWILIO_API_KEY: apiKey, TWILIO_API_SECRET: apiSecret },
      undefined,
      expect.stringContaining('AUTH'),
    ],
  ])('%s', (_title, variables, account, expected) => {
    expect(replyKeyFrom(variables, account)).toEqual(expected);
  });
});

describe('the outputs of handlers', () => {
  test('give the names and queues, sorted, also of a handler whose name ends like an output', () => {
    const outputs = {
      HandlerRepliesQueueUrl: 'q1',
      HandlerRepliesDeadLetterQueueUrl: 'd1',
      HandlerMyDeadLetterQueueUrl: 'q2',
      HandlerMyDeadLetterDeadLetterQueueUrl: 'd2',
      HandlerForeignQueueUrl: 'q3',
      EventTopicArn: 'topic',
      ReplySecretArn: 'secret',
      BaseUrl: 'other',
    };
    expect(readHandlerOutputs(outputs)).toEqual({
      handlers: [
        { name: 'MyDeadLetter', queue: 'q2', deadLetterQueue: 'd2' },
        { name: 'Replies', queue: 'q1', deadLetterQueue: 'd1' },
      ],
      topicArn: 'topic',
      eventPayload: 'full',
      replySecretId: 'secret',
    });
    expect(readHandlerOutputs({ BaseUrl: 'other' })).toEqual({ handlers: [] });
  });
});
