import { gatewaysOf } from '../../../lambda/shared/contract/stack-outputs';

const outputsOf = (prefix: string, ...further: readonly string[]) =>
  Object.fromEntries(
    ['BaseUrl', 'TableName', 'EventQueueUrl', 'DeadLetterQueueUrl', ...further].map((name) => [
      `${prefix}${name}`,
      `${name} of ${prefix}`,
    ]),
  );

test('a stack of its own has one gateway, whose outputs have no prefix', () => {
  const outputs = outputsOf('', 'HandlerRepliesQueueUrl');
  expect([...gatewaysOf(outputs)]).toEqual([['', outputs]]);
});

test('an output belongs to the gateway with the longest matching prefix', () => {
  const found = gatewaysOf({ ...outputsOf('Twilio'), ...outputsOf('TwilioTest', 'AcceptGet'), SiteUrl: 'of the user' });
  expect([...found.keys()]).toEqual(['Twilio', 'TwilioTest']);
  expect(found.get('Twilio')).toEqual({
    BaseUrl: 'BaseUrl of Twilio',
    TableName: 'TableName of Twilio',
    EventQueueUrl: 'EventQueueUrl of Twilio',
    DeadLetterQueueUrl: 'DeadLetterQueueUrl of Twilio',
  });
  expect(found.get('TwilioTest')).toMatchObject({ AcceptGet: 'AcceptGet of TwilioTest' });
});

test('outputs of other stacks are no gateway, even with some of the names', () => {
  expect(gatewaysOf({ SiteBaseUrl: 'x', TableName: 'y', OrdersEventQueueUrl: 'z' }).size).toBe(0);
});
