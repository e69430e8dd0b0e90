import { routeNames, type RouteName } from '../../lambda/shared/contract/routes';
import { fallbackRoute } from '../../lambda/shared/contract/fallback-lane';
import { signableUrl } from '../../lambda/shared/signature/signable-url';
import type { BreakerFacts, HandlerQueues } from '../../lambda/shared/contract/stack-outputs';
import { isObject, parseJson, type JsonObject } from '../json-fields';
import { CliError } from '../terminal/cli-error';
import { fallbackTarget, type Target, type TargetSources, type WebhookAddress } from './target';
import { start } from '../terminal/program-name';

const notRunning = (why: string): CliError =>
  new CliError(
    `${why} Run \`${start}\` in another shell, or pass --stage <name> for a deployed stage ` +
      '(for example --stage dev).',
    1,
    { reason: 'no_gateway' },
  );

const damaged = (path: string): CliError =>
  notRunning(`.gateway/local.json is damaged or was written by another version (${path} is missing).`);

const field = (state: JsonObject, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), state);

const text = (state: JsonObject, path: string): string => {
  const value = field(state, path);
  if (typeof value !== 'string' || value === '') throw damaged(path);
  return value;
};

const list = (state: JsonObject, path: string): readonly unknown[] => {
  const value = field(state, path);
  if (!Array.isArray(value)) throw damaged(path);
  return value;
};

const optionalText = (state: JsonObject, path: string): string | undefined =>
  field(state, path) === undefined ? undefined : text(state, path);

/** The gateway wrote them with this type. */
const handlersOf = (state: JsonObject): readonly HandlerQueues[] =>
  field(state, 'handlers') === undefined ? [] : (list(state, 'handlers') as readonly HandlerQueues[]);

const parse = (json: string): JsonObject => {
  const parsed = parseJson(json);
  if (!isObject(parsed)) throw damaged('JSON');
  return parsed;
};

/**
 * The gateway that `npm start` runs in the working directory.
 * @throws CliError if it is not running
 */
export const localTarget = async (sources: Pick<TargetSources, 'localState' | 'isAlive'>): Promise<Target> => {
  const json = await sources.localState();
  if (json === undefined) throw notRunning('No local gateway is running in this directory.');
  const state = parse(json);
  const pid = field(state, 'pid');
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) throw damaged('pid');
  if (!sources.isAlive(pid)) throw notRunning('The local gateway of this directory is no longer running.');

  const baseUrl = text(state, 'baseUrl');
  const publicUrl = field(state, 'publicUrl');
  const signedBaseUrl = typeof publicUrl === 'string' && publicUrl !== '' ? signableUrl(publicUrl) : baseUrl;
  const secretIds = list(state, 'secretIds');
  const basicAuthSecretId = field(state, 'basicAuthSecretId');
  const topicArn = optionalText(state, 'topicArn');
  const replySecretId = optionalText(state, 'replySecretId');
  const undeliveredQueueUrl = optionalText(state, 'undeliveredQueueUrl');
  const standInUrl = optionalText(state, 'twilioStandIn.baseUrl');
  const monitoring = optionalText(state, 'endpoints.monitoring');
  const consoleUrl = optionalText(state, 'console');
  const hasFallback = field(state, 'fallback') !== undefined;
  // Where there is a lane in another region, its URL is the one for Twilio.
  const regionUrl = optionalText(state, 'fallbackRegion.url');
  const hasBreaker = field(state, 'breaker') !== undefined;
  const webhooks = Object.fromEntries(
    routeNames.map((route): [string, WebhookAddress] => [
      route,
      { postUrl: `${baseUrl}/${route}`, signedUrl: `${signedBaseUrl.replace(/\/$/, '')}/${route}` },
    ]),
  );
  return {
    name: 'the local gateway',
    // fromEntries widens the keys to string; they are the routeNames.
    webhooks: webhooks as Record<RouteName, WebhookAddress>,
    eventQueueUrl: text(state, 'queues.events'),
    deadLetterQueueUrl: text(state, 'queues.deadLetters'),
    tableName: text(state, 'tableName'),
    secretIds: secretIds.filter((id) => typeof id === 'string'),
    ...(typeof basicAuthSecretId === 'string' ? { basicAuthSecretId } : {}),
    acceptGet: field(state, 'acceptGet') === true,
    ...(hasBreaker
      ? {
          breaker: {
            secretId: text(state, 'breaker.secretId'),
            queueUrl: text(state, 'breaker.queueUrl'),
            deadLetterQueueUrl: text(state, 'breaker.deadLetterQueueUrl'),
            dryRun: field(state, 'breaker.dryRun') !== false,
            // The gateway wrote it with this type.
            triggers: list(state, 'breaker.triggers') as BreakerFacts['triggers'],
          },
        }
      : {}),
    ...(hasFallback
      ? {
          fallback: {
            ...fallbackTarget(
              {
                url: regionUrl ?? text(state, 'fallback.url'),
                queueUrl: text(state, 'fallback.queueUrl'),
                deadLetterQueueUrl: text(state, 'fallback.deadLetterQueueUrl'),
              },
              regionUrl ?? `${baseUrl}/${fallbackRoute}`,
            ),
            ...(regionUrl === undefined ? {} : { isInOtherRegion: true }),
          },
        }
      : {}),
    handlers: handlersOf(state),
    ...(topicArn === undefined
      ? {}
      : { topicArn, eventPayload: field(state, 'eventPayload') === 'reference' ? 'reference' : 'full' }),
    ...(undeliveredQueueUrl === undefined ? {} : { undeliveredQueueUrl }),
    ...(replySecretId === undefined ? {} : { replySecretId }),
    ...(standInUrl === undefined ? {} : { twilioStandIn: { baseUrl: standInUrl } }),
    ...(consoleUrl === undefined ? {} : { consoleUrl }),
    connection: {
      kind: 'local',
      region: text(state, 'region'),
      endpoints: {
        sqs: text(state, 'endpoints.sqs'),
        dynamodb: text(state, 'endpoints.dynamodb'),
        secretsmanager: text(state, 'endpoints.secretsmanager'),
        sns: text(state, 'endpoints.sns'),
        ...(monitoring === undefined ? {} : { monitoring }),
      },
    },
  };
};
