import fc from 'fast-check';
import { createReplyTo } from '../../../lambda/ingress/static-reply';
import { parseForm } from '../../../lambda/shared/payload/form';
import { normalizeKeyword } from '../../../lambda/shared/payload/keyword';
import { createTestIngress, sms, status, webhookEvent } from './fakes';

describe('static replies', () => {
  const replyTo = createReplyTo({
    default: '<Default/>',
    keywords: { hours: '<Hours/>', café: '<Cafe/>', __proto__: '<Proto/>' },
  });
  const reply = (Body: string, more = '') => replyTo(parseForm(`${new URLSearchParams({ Body }).toString()}${more}`));

  test.each([
    ['hours', '<Hours/>'],
    ['  HOURS \n', '<Hours/>'],
    ['cafe\u0301', '<Cafe/>'],
    ['hours?', '<Default/>'],
    ['my hours', '<Default/>'],
    ['', '<Default/>'],
    ['constructor', '<Default/>'],
    ['__proto__', '<Default/>'],
  ])('a message %j is answered with %s', (body, expected) => {
    expect(reply(body)).toBe(expected);
  });

  test('a message that Twilio’s opt-out has handled is answered with silence', () => {
    expect(reply('hours', '&OptOutType=HELP')).toBeUndefined();
  });

  test('are empty for a text that is not a keyword, if there is no default', () => {
    expect(createReplyTo({ keywords: { hours: '<Hours/>' } })(parseForm('Body=hello'))).toBeUndefined();
  });

  test('a keyword is the same in any case, with any white space around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(normalizeKeyword(` ${text.toUpperCase()}\t`)).toBe(normalizeKeyword(text));
      }),
    );
  });

  test('are answered on /messages alone, after the message is queued', async () => {
    const gateway = createTestIngress(undefined, {
      replyTo: () => '<Response><Message>hi</Message></Response>',
    });
    const message = await gateway.send(webhookEvent({ fields: sms }));
    expect(message.response).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/xml' },
      body: '<Response><Message>hi</Message></Response>',
    });
    const callback = await gateway.send(webhookEvent({ route: 'status', fields: status }));
    expect(callback.response).toEqual({ statusCode: 204, headers: { 'cache-control': 'no-store' } });
    expect(gateway.published).toHaveLength(2);
  });

  test('rejects a webhook that was not queued without any reply', async () => {
    const gateway = createTestIngress(undefined, {
      replyTo: () => '<Response><Message>hi</Message></Response>',
      publish: () => Promise.resolve({ kind: 'failed' }),
    });
    const { response } = await gateway.send(webhookEvent());
    expect(response.statusCode).toBe(503);
    expect(response.body).not.toContain('Message');
  });
});

describe('a custom domain', () => {
  const stage = { publicBaseUrl: 'https://hooks.example/dev', expectedDomainName: 'hooks.example' };
  const calledBy = (domainName: string) => {
    const event = webhookEvent();
    return { ...event, requestContext: { ...event.requestContext, domainName } };
  };

  test.each(['hooks.example', 'Hooks.Example'])('is called by its name: %s', async (domainName) => {
    const gateway = createTestIngress(undefined, { stage });
    expect((await gateway.send(calledBy(domainName))).response.statusCode).toBe(200);
  });

  test('ING-H-CUSTOMDOMAIN: rejects the address that AWS made, however well it is signed, before a secret is read', async () => {
    const gateway = createTestIngress(undefined, { stage });
    const { response, line } = await gateway.send(calledBy('abc.execute-api.eu-west-1.amazonaws.com'));
    expect(response.statusCode).toBe(403);
    expect(line.fields).toMatchObject({ reason: 'signature_mismatch' });
    expect(gateway.reads).toEqual([]);
    expect(gateway.published).toEqual([]);
  });
});
