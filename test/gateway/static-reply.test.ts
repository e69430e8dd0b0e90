import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm, statusForm } from '../helpers/webhooks';

const twiml = (text: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Message>${text}</Message></Response>`;

describe('a gateway with static replies', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway({
      reply: {
        default: '<Redirect>http://evil</Redirect> & "x" ]]>',
        keywords: { hours: 'Nine to five. 🌍', odd: 'a\u0000b\uffff' },
      },
    });
  });
  afterAll(() => gateway.close());

  const send = async (Body: string) => {
    const sid = newMessageSid();
    const response = await postForm(gateway.webhooks.messages, smsForm({ MessageSid: sid, Body }));
    await gateway.settled();
    return { response, stored: await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`) };
  };

  test.each([
    [
      'ING-X-ESC: a text with markup as text',
      'anything',
      '&lt;Redirect&gt;http://evil&lt;/Redirect&gt; &amp; "x" ]]&gt;',
    ],
    ['ING-X-CTRL: a text without the characters that XML cannot write', 'odd', 'ab'],
    ['a keyword in any case, with white space around it', ' Hours\n', 'Nine to five. 🌍'],
  ])('answers %s, and stores the message once', async (_name, body, text) => {
    const { response, stored } = await send(body);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('text/xml');
    expect(response.body).toBe(twiml(text));
    expect(stored).toHaveLength(1);
  });

  test('answers status callbacks without a text', async () => {
    const response = await postForm(gateway.webhooks.status, statusForm(newMessageSid(), 'sent'));
    expect(response).toMatchObject({ status: 204, body: '' });
  });

  test('rejects a forged message without any reply', async () => {
    const response = await postForm(gateway.webhooks.messages, smsForm({ Body: 'hours' }), {
      signedUrl: gateway.webhooks.status,
    });
    expect(response.status).toBe(403);
    expect(response.body).toBe('Forbidden');
  });
});
