import { parseConsumerEnvironment } from '../../../lambda/consumer/environment';

const valid = {
  STAGE_NAME: 'dev',
  TABLE_NAME: 'EventTable',
  EVENT_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/EventQueue',
  RETENTION_DAYS: '30',
  CONVERSATION_INDEX: 'true',
};

describe('the environment of the consumer', () => {
  it('is read into settings, even with the other variables that Lambda sets', () => {
    expect(parseConsumerEnvironment({ ...valid, AWS_REGION: 'eu-west-1' })).toEqual({
      stageName: 'dev',
      tableName: 'EventTable',
      eventQueueUrl: valid.EVENT_QUEUE_URL,
      retentionDays: 30,
      conversationIndex: true,
      storeCanaries: false,
    });
  });

  it('has no index by conversation where the variable is empty', () => {
    expect(parseConsumerEnvironment({ ...valid, CONVERSATION_INDEX: '' })).toMatchObject({ conversationIndex: false });
    expect(parseConsumerEnvironment({ ...valid, STORE_CANARIES: 'true' })).toMatchObject({ storeCanaries: true });
  });

  it('rejects an empty one and names every variable at once', () => {
    expect(() => parseConsumerEnvironment({})).toThrow(
      /STAGE_NAME is not set; TABLE_NAME is not set; EVENT_QUEUE_URL is not set; RETENTION_DAYS is not set/,
    );
  });

  it.each([
    ['RETENTION_DAYS', '-1'],
    ['RETENTION_DAYS', '1.5'],
    ['RETENTION_DAYS', '1e3'],
    ['RETENTION_DAYS', ' 7'],
    ['RETENTION_DAYS', '36501'],
    ['EVENT_QUEUE_URL', 'EventQueue'],
  ])('rejects %s %s and says what is allowed', (name, value) => {
    expect(() => parseConsumerEnvironment({ ...valid, [name]: value })).toThrow(
      new RegExp(`${name} is "${value}", allowed is`),
    );
  });
});
