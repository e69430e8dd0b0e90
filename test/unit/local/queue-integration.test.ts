import { sendToQueue, type QueueRoute } from '../../../local/http-api/queue-integration';
import type { ReceivedRequest } from '../../../local/http-api/api-event';
import { readQueueIntegration } from '../../../local/resources/queue-integration';
import { AwsJsonError } from '../../../local/server/aws-json-action';
import { propertiesOf } from '../../../local/template/properties';

const api = { accountId: '000000000000', apiId: 'Api', domainName: 'gateway.example.com', stage: 'dev' };
const attribute = (variable: string) => ({ DataType: 'String', StringValue: `\${${variable}}` });
const parameters = {
  QueueUrl: 'http://127.0.0.1/queue',
  MessageBody: '$request.body',
  MessageAttributes: JSON.stringify({
    Signature: attribute('request.header.X-Twilio-Signature'),
    Source: attribute('context.identity.sourceIp'),
  }),
};
const integration = {
  IntegrationType: 'AWS_PROXY',
  IntegrationSubtype: 'SQS-SendMessage',
  PayloadFormatVersion: '1.0',
  RequestParameters: parameters,
  ResponseParameters: { '200': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '204' }] } },
};
const read = (changes: object = {}): QueueRoute | undefined =>
  readQueueIntegration('Integration', propertiesOf('Integration', { ...integration, ...changes }));

const request = (headers: Readonly<Record<string, string>>, body = 'a=b'): ReceivedRequest => ({
  method: 'POST',
  path: '/dev/fallback',
  rawQuery: '',
  headers,
  body: Buffer.from(body),
  sourceIp: '192.0.2.7',
  requestId: 'request-1',
  receivedAt: new Date(0),
});

const send = async (received: ReceivedRequest, error?: Error) => {
  const route = read();
  if (route === undefined) throw new Error('the integration was not read');
  const messages: unknown[] = [];
  const response = await sendToQueue(route, received, api, (message) => {
    messages.push(message);
    return error === undefined ? Promise.resolve({ MessageId: 'id-1' }) : Promise.reject(error);
  });
  return { status: response.status, text: response.body.toString(), headers: response.headers, messages };
};

test('sends body and attributes, and answers with the status that the template asks for', async () => {
  const { status, headers, messages } = await send(request({ 'x-twilio-signature': 'abc=' }));
  expect({ status, headers }).toEqual({ status: 204, headers: { 'content-type': 'text/xml' } });
  expect(messages).toEqual([
    {
      QueueUrl: 'http://127.0.0.1/queue',
      MessageBody: 'a=b',
      MessageAttributes: {
        Signature: { DataType: 'String', StringValue: 'abc=' },
        Source: { DataType: 'String', StringValue: '192.0.2.7' },
      },
    },
  ]);
});

test('answers with the error of SQS in XML, which is no TwiML', async () => {
  const { status, text } = await send(request({}), new AwsJsonError('InvalidParameterValue', 'empty', 400));
  expect(status).toBe(400);
  expect(text).toContain('<Code>InvalidParameterValue</Code>');
  expect(text).not.toContain('<Response');
});

test('a value with a quote changes the JSON of the attributes, or breaks it: then nothing is sent', async () => {
  const broken = await send(request({ 'x-twilio-signature': 'a"b' }));
  expect({ status: broken.status, messages: broken.messages }).toEqual({ status: 400, messages: [] });
  const changed = await send(request({ 'x-twilio-signature': 'a"},"More":{"DataType":"String","StringValue":"b' }));
  expect(changed.messages).toMatchObject([{ MessageAttributes: { Signature: {}, More: { StringValue: 'b' } } }]);
});

test.each([
  ['another subtype', { IntegrationSubtype: 'Kinesis-PutRecord' }, /only supported subtype/],
  ['a missing parameter', { RequestParameters: { ...parameters, MessageBody: undefined } }, /no parameter MessageBody/],
  ['an unknown parameter', { RequestParameters: { ...parameters, DelaySeconds: '1' } }, /does not know DelaySeconds/],
  [
    'an unknown variable',
    { RequestParameters: { ...parameters, MessageBody: '$request.querystring.a' } },
    /querystring/,
  ],
  [
    'another change of the answer',
    { ResponseParameters: { '200': { ResponseParameters: [{ Destination: 'append:header.a', Source: 'b' }] } } },
    /only the status can be overwritten/,
  ],
])('refuses a template with %s', (_title, changes, message) => {
  expect(() => read(changes)).toThrow(message);
});

test('leaves other integrations to their own reader', () => {
  expect(read({ IntegrationSubtype: undefined })).toBeUndefined();
});
