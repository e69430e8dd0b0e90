import { startStageGateway, type StageGateway } from '../helpers/stage-assembly';
import { testAccount } from '../helpers/test-account';
import { newMessageSid, postForm, smsForm } from '../helpers/webhooks';

const stage = {
  customDomain: {
    domainName: 'hooks.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
    hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
  },
};
const customUrl = 'https://hooks.example.com/messages';

/** API Gateway maps the domain to the stage; the function's event has the stage in its path. */
const post = async (gateway: StageGateway, signedUrl: string) => {
  const sid = newMessageSid();
  const form = smsForm({ MessageSid: sid });
  const { status } = await postForm(gateway.webhooks.messages, form, { signedUrl });
  await gateway.settled();
  return { status, stored: await gateway.itemsOf(`${testAccount.accountSid}#MESSAGE#${sid}`) };
};

describe('a request over the custom domain', () => {
  let gateway: StageGateway;
  beforeAll(async () => {
    gateway = await startStageGateway(stage, { publicOrigin: 'https://hooks.example.com' });
  });
  afterAll(() => gateway.close());

  test('is verified over the custom URL, which has no stage', async () => {
    expect(await post(gateway, customUrl)).toMatchObject({ status: 200, stored: [{}] });
  });

  test.each(['https://hooks.example.com/dev/messages', 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/messages'])(
    'rejects the signature of %s',
    async (signedUrl) => {
      expect(await post(gateway, signedUrl)).toEqual({ status: 403, stored: [] });
    },
  );
});

test('ING-H-CUSTOMDOMAIN: rejects a genuine signature of the custom URL on another host', async () => {
  const gateway = await startStageGateway(stage);
  try {
    expect(await post(gateway, customUrl)).toEqual({ status: 403, stored: [] });
    const line = await gateway.logged(({ reason }) => reason === 'signature_mismatch');
    expect(line['detail']).toBe('the host name is not the custom domain');
  } finally {
    await gateway.close();
  }
});
