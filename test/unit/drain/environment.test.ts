import { parseDrainEnvironment } from '../../../lambda/drain/environment';

const environment = {
  STAGE_NAME: 'dev',
  FALLBACK_REGION: 'us-west-2',
  REGION_QUEUE_URL: 'https://sqs.us-west-2.amazonaws.com/111122223333/lane',
  LANE_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/fallback',
};

test('reads the queues and the region', () => {
  expect(parseDrainEnvironment(environment)).toEqual({
    stageName: 'dev',
    region: 'us-west-2',
    regionQueueUrl: environment.REGION_QUEUE_URL,
    laneQueueUrl: environment.LANE_QUEUE_URL,
  });
});

test('names every variable that is missing or wrong', () => {
  expect(() => parseDrainEnvironment({ ...environment, FALLBACK_REGION: 'Oregon!', LANE_QUEUE_URL: '' })).toThrow(
    /The environment of the drain is wrong: FALLBACK_REGION is "Oregon!".+; LANE_QUEUE_URL is not set/,
  );
});
