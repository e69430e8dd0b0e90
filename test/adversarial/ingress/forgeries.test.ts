import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { createHash, createHmac } from 'node:crypto';
import { devAssembly } from '../../helpers/assembly';
import { accountSecretArn, secretArn } from '../../helpers/stack-facts';
import { newMessageSid } from '../../helpers/webhooks';
import { newAccount, startEdge, type Edge } from '../support/test-gateway';
import { eventually } from '../support/eventually';
import { without } from '../support/forms';
import type { EdgeRequest } from '../support/sender';

jest.setTimeout(60_000);

const secondSecret = 'second-account';
const second = newAccount();
const placeholder = JSON.stringify({ accountSid: 'CHANGE_ME', authToken: newAccount().authToken });

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    environment: { ACCOUNT_SECRET_ARNS: [accountSecretArn(devAssembly()), secretArn(secondSecret)].join() },
  });
  edge.watch(second.authToken);
  await edge.gateway.secretsManager.send(new CreateSecretCommand({ Name: secondSecret, SecretString: placeholder }));
});
afterAll(() => edge.close());
beforeEach(() => edge.begin());

/** Requests of a stranger, who has neither a token nor a signature. */
const forgeries = (): Readonly<Record<string, EdgeRequest>> => {
  const body = JSON.stringify({ name: 'forged' });
  const hash = createHash('sha256').update(body).digest('hex');
  const form = (AccountSid: string) => edge.sms({ AccountSid });
  const signature = createHmac('sha1', 'a guess').update('anything').digest('base64');
  const sharedKeySignature = createHmac('sha256', 'a guess').update('anything').digest('base64');
  return {
    'the configured account': { form: form(edge.account.accountSid), signature },
    'the account that is not configured yet': { form: form(second.accountSid), signature },
    'an unknown account': { form: form(newAccount().accountSid), signature },
    'no account': { form: without(edge.sms(), 'AccountSid'), signature },
    'a malformed account': { form: form('ACnone'), signature },
    'no account, as JSON': {
      route: 'events',
      query: `bodySHA256=${hash}`,
      contentType: 'application/json',
      body,
      signature,
    },
    'the configured account, signed like a SharedKey': {
      form: form(edge.account.accountSid),
      signature: sharedKeySignature,
    },
    'an unknown account, signed like a SharedKey': {
      form: form(newAccount().accountSid),
      signature: sharedKeySignature,
    },
  };
};

/** Status, body and headers of the answers, without the headers that differ in every answer. */
const answersToForgeries = async (): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const answers = [];
  for (const request of Object.values(forgeries())) {
    const { status, body, headers } = await edge.send(request);
    const shown = Object.entries(headers).filter(([name]) => !/^(?:date|apigw-requestid)$/i.test(name));
    answers.push({ status, body, headers: Object.fromEntries(shown) });
  }
  return answers;
};

test('rejects all forgeries with the same answer while one secret is still the placeholder', async () => {
  const answers = await answersToForgeries();
  const [first] = answers;
  expect(first?.['status']).toBe(500);
  for (const answer of answers) expect(answer).toEqual(first);
  await edge.expectEffects({ queued: 0, stored: 0 });
});

test('webhooks of the other account are still accepted', async () => {
  expect((await edge.send()).status).toBe(200);
  await edge.expectEffects({ queued: 1, stored: 1 });
});

test('rejects all forgeries with the same answer once every secret holds a token', async () => {
  await edge.gateway.secretsManager.send(
    new PutSecretValueCommand({ SecretId: secondSecret, SecretString: JSON.stringify(second) }),
  );
  const form = edge.sms({ AccountSid: second.accountSid, MessageSid: newMessageSid() });
  const signature = edge.sign(edge.publicUrl('messages'), form, second.authToken);
  // A secret without a token is read again after five seconds.
  await eventually(async () => expect((await edge.send({ form, signature })).status).toBe(200));
  await edge.expectEffects({ queued: 1, stored: 1 });
  const answers = await answersToForgeries();
  const [first] = answers;
  expect(first?.['status']).toBe(403);
  for (const answer of answers) expect(answer).toEqual(first);
  await edge.expectEffects({ queued: 0, stored: 0 });
});

describe('a SharedKey', () => {
  const sharedKey = 'made-up-shared-key-of-the-first-account';
  const settings = ['X-Twilio-Webhooks-Signature-Settings', 'key=made-up,algorithm=HMAC_SHA256'] as const;
  const signed = (key: string, form: ReturnType<Edge['sms']>): EdgeRequest => ({
    form,
    headers: [settings],
    signature: createHmac('sha256', key)
      .update(
        Object.keys(form)
          .sort()
          .reduce((text, name) => text + name + String(form[name]), edge.publicUrl('messages')),
      )
      .digest('base64'),
  });

  test('is accepted if it belongs to the account that the webhook names', async () => {
    edge.watch(sharedKey);
    await edge.putSecret(JSON.stringify({ ...edge.account, sharedKeys: [{ name: 'first', key: sharedKey }] }));
    // The earlier forgeries have used up this five-second interval's poll.
    await eventually(async () => expect((await edge.send(signed(sharedKey, edge.sms()))).status).toBe(200));
    await edge.expectEffects({ queued: 1, stored: 1 });
  });

  test('rejects the SharedKey of another account, and an Auth Token used as a SharedKey', async () => {
    const ofSecond = edge.sms({ AccountSid: second.accountSid });
    expect((await edge.send(signed(sharedKey, ofSecond))).status).toBe(403);
    expect((await edge.send(signed(edge.account.authToken, edge.sms()))).status).toBe(403);
    await edge.expectEffects({ queued: 0, stored: 0 });
  });
});

test('nothing secret was logged', () => {
  edge.expectNothingSecretLogged();
});
