import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambda/shared/contract/metric-names';
import { missingIsOk, type AlarmSpec } from './alarm-spec';
import type { FunctionName } from '../functions/function-bundle';
import { counted, unansweredChallenges, type MonitoredResources } from './monitored-resources';

const fiveMinutes = Duration.minutes(5);
const quarterOfAnHour = Duration.minutes(15);

/** What the functions count themselves. */
export const countedAlarms = (watched: MonitoredResources): AlarmSpec[] => {
  const entry = (
    service: FunctionName,
    name: MetricName,
    threshold: number,
    anchor: string,
    description: string,
  ): AlarmSpec => ({
    id: name,
    runbookSection: anchor,
    description,
    metric: counted(watched.stage, service, name, fiveMinutes),
    threshold,
    treatMissingData: missingIsOk,
  });
  return [
    entry(
      'ingress',
      'SignatureRejected',
      // Single ones are the internet's noise. A wrong URL or token rejects everything and is here in minutes.
      10,
      'signatures-rejected',
      'Ten or more requests in five minutes had no valid Twilio signature: an attack, or a wrong URL or token that refuses genuine webhooks.',
    ),
    ...(watched.stage.basicAuth === undefined
      ? []
      : [
          entry(
            'ingress',
            'BasicRejected',
            // Not the challenge, which every webhook begins with: a user name or a password was wrong.
            10,
            'basic-credentials-rejected',
            'Ten or more requests in five minutes had a wrong user name or password: an attack, or credentials that differ between Twilio and the secret.',
          ),
          {
            id: 'BasicUnanswered',
            runbookSection: 'challenges-never-answered',
            description:
              'Requests were asked for a user name and password, and in 15 minutes not one brought any: where the challenge does not reach Twilio, every webhook is lost.',
            metric: unansweredChallenges(watched.stage, quarterOfAnHour),
            threshold: 1,
            treatMissingData: missingIsOk,
          },
        ]),
    entry(
      'ingress',
      'ConfigError',
      1,
      'credentials-not-usable',
      'A webhook was answered 500 because an account secret is missing, denied, malformed or still the placeholder.',
    ),
    entry(
      'ingress',
      'SecretUnavailable',
      1,
      'secrets-manager-not-reachable',
      'A webhook was answered 503 because Secrets Manager did not answer and no token was cached.',
    ),
    entry(
      'ingress',
      'StaleSecretUsed',
      1,
      'stale-secret-used',
      'Webhooks are verified with a token past its freshness because Secrets Manager fails; this works for a day at the most.',
    ),
    entry(
      'ingress',
      'EnqueueFailed',
      1,
      'webhook-not-enqueued',
      'A genuine webhook could not be put on the queue and was answered 5xx: it is lost unless Twilio retries it.',
    ),
    entry(
      'ingress',
      'UnusableRequest',
      1,
      'malformed-event',
      'API Gateway handed ingress an event that is malformed; it was answered 400: a change at AWS, or a bug.',
    ),
    entry(
      'ingress',
      'InternalError',
      1,
      'ingress-internal-error',
      'Ingress met an unexpected fault and answered 500: a bug, or a right that the function lacks.',
    ),
    entry(
      'consumer',
      'RecordFailed',
      // A single poison record fails five times on its way to the dead-letter queue, which has its own alarm.
      10,
      'records-fail-to-be-stored',
      'Ten or more attempts to store a webhook failed in five minutes: the table or the consumer is in trouble.',
    ),
    entry(
      'consumer',
      'PoisonEnvelope',
      1,
      'message-cannot-be-decoded',
      'The queue holds a message that no consumer can decode: it was not sent by ingress, or by another version of it.',
    ),
    entry(
      'consumer',
      'UnrecognizedWebhook',
      1,
      'unrecognized-webhook',
      'A verified webhook could not be read as what its route expects and was stored as unrecognized: a change at Twilio, or a wrong route.',
    ),
    entry(
      'consumer',
      'OtherReading',
      1,
      'other-reading',
      'A signed text that was read before came cut into other fields, and was not stored: an attack with a captured request, or a bug.',
    ),
    entry(
      'consumer',
      'OtherContent',
      1,
      'id-taken-by-other-content',
      'A webhook has an id that is taken by other content and was stored beside it: two senders with one id, or somebody who claims an id.',
    ),
  ];
};

/** Here silence is the very thing that is looked for. */
const missingIsBreaching = TreatMissingData.BREACHING;

/**
 * Only where the stage asks for it: a stage may be quiet for days. On a new stage it rings within minutes, because
 * CloudWatch takes the hours before the first deployment for silence, and it is over with the first webhook.
 */
export const silenceAlarm = ({ stage }: MonitoredResources): AlarmSpec[] =>
  stage.silenceAlarmHours === undefined
    ? []
    : [
        {
          id: 'Silence',
          runbookSection: 'no-webhook-accepted',
          description: `No webhook was accepted for ${stage.silenceAlarmHours} hours: Twilio does not reach the gateway, every request is refused, or the stage is new.`,
          metric: counted(stage, 'ingress', 'Accepted', Duration.hours(1)),
          threshold: 1,
          evaluationPeriods: stage.silenceAlarmHours,
          ringsBelow: true,
          treatMissingData: missingIsBreaching,
        },
      ];
