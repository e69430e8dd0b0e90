import { findApi } from '../../../../cli/account/find-api';
import type { Backend } from '../../../../cli/clients/ports';

const targetAt = (postUrl: string, kind: 'sdk' | 'local' = 'sdk'): Backend['target'] =>
  ({
    webhooks: { messages: { postUrl, signedUrl: postUrl } },
    baseUrl: postUrl.replace(/\/messages$/, ''),
    connection: { kind },
  }) as unknown as Backend['target'];

/** API Gateway, which has these mappings of `hooks.example.com`. */
const find = async (postUrl: string, mappings: readonly object[], status = 200) => {
  const asked: string[] = [];
  const api = await findApi({
    target: targetAt(postUrl),
    aws: (service, path) => {
      asked.push(`${service} ${path}`);
      return Promise.resolve({ status, body: JSON.stringify({ items: mappings }) });
    },
  });
  return { api, asked };
};

test('an execute-api URL names the API, and nobody is asked', async () => {
  const { api, asked } = await find('https://abc123.execute-api.eu-central-1.amazonaws.com/prod/messages', []);
  expect(api).toEqual({ ApiId: 'abc123', Stage: 'prod' });
  expect(asked).toEqual([]);
});

test('the mappings of a custom domain name the API: the longest that fits', async () => {
  const mappings = [
    { apiId: 'root', stage: '$default' },
    { apiId: 'mine', stage: 'prod', apiMappingKey: 'twilio' },
    { apiId: 'other', stage: 'prod', apiMappingKey: 'twi' },
  ];
  const { api, asked } = await find('https://hooks.example.com/twilio/messages', mappings);
  expect(api).toEqual({ ApiId: 'mine', Stage: 'prod' });
  expect(asked).toEqual(['apigateway /v2/domainnames/hooks.example.com/apimappings']);
  expect((await find('https://hooks.example.com/messages', mappings)).api).toEqual({
    ApiId: 'root',
    Stage: '$default',
  });
});

test('a mapping fits whole parts of a path only', async () => {
  const mappings = [{ apiId: 'other', stage: 'prod', apiMappingKey: 'twi' }];
  expect((await find('https://hooks.example.com/twilio/messages', mappings)).api).toBeUndefined();
});

test('without a mapping, or without the right to read it, the API is not known', async () => {
  expect((await find('https://hooks.example.com/messages', [])).api).toBeUndefined();
  expect(
    (await find('https://hooks.example.com/messages', [{ apiId: 'root', stage: 'prod' }], 403)).api,
  ).toBeUndefined();
  expect(await findApi({ target: targetAt('https://hooks.example.com/messages') })).toBeUndefined();
});

test('the local gateway is one API', async () => {
  expect(await findApi({ target: targetAt('http://127.0.0.1:3000/messages', 'local') })).toEqual({});
});
