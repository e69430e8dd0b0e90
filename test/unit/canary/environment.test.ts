import { parseCanaryEnvironment, type CanaryEnvironment } from '../../../lambda/canary/environment';

const secret = (name: string): string => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`;
const valid: CanaryEnvironment = {
  STAGE_NAME: 'dev',
  TABLE_NAME: 'Table',
  PUBLIC_BASE_URL: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev',
  ACCOUNT_SECRET_ARNS: `${secret('main')},${secret('support')}`,
  BASIC_AUTH_SECRET_ARN: '',
  CHECK_TOKEN: 'true',
};

describe('the environment of the canary', () => {
  it('has the URL of the route, and the queue only where the stage publishes events', () => {
    expect(parseCanaryEnvironment({ ...valid })).toEqual({
      stageName: 'dev',
      tableName: 'Table',
      eventsUrl: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/events',
      accountSecretArns: [secret('main'), secret('support')],
      basicAuthSecretArn: undefined,
      queueUrl: undefined,
      checkToken: true,
      twilioApiBaseUrl: undefined,
    });
    expect(parseCanaryEnvironment({ ...valid, CHECK_TOKEN: 'false' })).toMatchObject({ checkToken: false });
    const CANARY_QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/111122223333/Canary.fifo';
    expect(parseCanaryEnvironment({ ...valid, CANARY_QUEUE_URL })).toMatchObject({ queueUrl: CANARY_QUEUE_URL });
  });

  it('names every problem', () => {
    expect(() => parseCanaryEnvironment({ ...valid, TABLE_NAME: '', PUBLIC_BASE_URL: 'ftp://host' })).toThrow(
      'The environment of the canary is wrong: PUBLIC_BASE_URL is "ftp://host", ' +
        'allowed is https://host/stage; TABLE_NAME is not set',
    );
  });
});
