import type { AwsGet } from '../clients/aws-request';
import { noSettings, stackNameOf, type Target } from '../target/target';
import { neededConcurrency, unreservedConcurrency } from '../doctor/capacity-checks';
import { compared, notChecked, type Check, type CheckResult } from './check';
import { propsPlace } from '../terminal/program-name';

/** A check of one AWS response; a status other than 200 means it is not checked. */
const awsCheck = (
  name: string,
  expected: string,
  read: () => ReturnType<AwsGet>,
  permission: string,
  evaluate: (body: string) => CheckResult,
): Check => ({
  name,
  expected,
  run: async () => {
    const { status, body } = await read();
    if (status === 200) return evaluate(body);
    return notChecked(
      name,
      expected,
      `AWS answered ${status}${status === 403 ? ` (the permission ${permission} is missing)` : ''}`,
    );
  },
});

/** `https://<api>.execute-api.<region>.amazonaws.com/<stage>` names the API; a custom domain does not. */
const apiOf = (baseUrl: string): { readonly api: string; readonly stage: string } | undefined => {
  const [, api, stage] = /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([^/]+)$/.exec(baseUrl) ?? [];
  return api === undefined || stage === undefined ? undefined : { api, stage };
};

const numberIn = (body: string, name: string): number | undefined => {
  const found = new RegExp(`"${name}"\\s*:\\s*([0-9.]+)`, 'i').exec(body)?.[1];
  return found === undefined ? undefined : Number(found);
};

const throttleCheck = (target: Target, get: AwsGet): Check => {
  const name = 'throttle-settings';
  const { rateLimit, burstLimit } = target.settings?.throttle ?? { rateLimit: 0, burstLimit: 0 };
  const expected = `${rateLimit} a second, ${burstLimit} at once (throttle in ${propsPlace})`;
  const at = apiOf(target.baseUrl ?? '');
  if (target.settings === undefined || at === undefined) {
    const reason = at === undefined ? 'BaseUrl is a custom domain' : noSettings(target);
    return { name, expected, run: () => Promise.resolve(notChecked(name, expected, reason)) };
  }
  return awsCheck(
    name,
    expected,
    () => get('apigateway', `/v2/apis/${at.api}/stages/${at.stage}`),
    'apigateway:GET',
    (body) => {
      const [rate, burst] = [numberIn(body, 'throttlingRateLimit'), numberIn(body, 'throttlingBurstLimit')];
      const found = `${rate ?? 'no limit'} a second, ${burst ?? 'no limit'} at once`;
      return compared(name, expected, found, rate === rateLimit && burst === burstLimit);
    },
  );
};

const concurrencyCheck = (target: Target, get: AwsGet): Check => {
  const name = 'lambda-concurrency';
  const needed = neededConcurrency(target.settings?.consumerMaxConcurrency ?? 0);
  const expected = `at least ${needed} that no function reserves`;
  return awsCheck(
    name,
    expected,
    () => get('lambda', '/2016-08-19/account-settings/'),
    'lambda:GetAccountSettings',
    (body) => {
      if (target.settings === undefined) return notChecked(name, expected, noSettings(target));
      const found = unreservedConcurrency(body);
      return found === undefined
        ? notChecked(name, expected, 'the answer has no limit')
        : compared(name, expected, String(found), found >= needed);
    },
  );
};

/** CloudWatch answers in XML or JSON. */
const alarmStates = (body: string): readonly (readonly [string, string])[] => {
  const values = (name: string): readonly string[] =>
    [...body.matchAll(new RegExp(`(?:<${name}>|"${name}"\\s*:\\s*")([^<"]+)`, 'g'))].map(([, value = '']) => value);
  const states = values('StateValue');
  return values('AlarmName').map((alarm, at) => [alarm, states[at] ?? '-'] as const);
};

const describeAlarms = (target: Target, get: AwsGet): ReturnType<AwsGet> =>
  get('monitoring', '/', {
    Action: 'DescribeAlarms',
    AlarmNamePrefix: `${stackNameOf(target)}-${target.prefix ?? ''}`,
    MaxRecords: '100',
    Version: '2010-08-01',
  });

/** The state of the alarm on the dead-letter queue; CloudFormation derives its name from the construct's id. */
export const deadLetterAlarm = async (target: Target, get: AwsGet): Promise<string | undefined> => {
  const { body } = await describeAlarms(target, get);
  return alarmStates(body).find(([alarm]) => alarm.includes(`-${target.prefix ?? ''}AlarmsDeadLetters`))?.[1];
};

const alarmCheck = (target: Target, get: AwsGet): Check => {
  const name = 'alarms';
  const expected = 'alarms exist, and none is in ALARM';
  return awsCheck(
    name,
    expected,
    () => describeAlarms(target, get),
    'cloudwatch:DescribeAlarms',
    (body) => {
      const states = alarmStates(body);
      const inAlarm = states.flatMap(([alarm, state]) => (state === 'ALARM' ? [alarm] : []));
      const found = `${states.length} alarms, ${inAlarm.length} in ALARM`;
      return compared(
        name,
        expected,
        inAlarm.length === 0 ? found : `${found}: ${inAlarm.join(', ')}`,
        states.length > 0 && inAlarm.length === 0,
      );
    },
  );
};

/** Checks of a deployed stage through the AWS API. */
export const awsChecks = (target: Target, get: AwsGet): readonly Check[] => {
  const { settings, production, stack } = target;
  const place = [settings?.account ?? stack?.account ?? '-', settings?.region ?? stack?.region ?? '-'].join(' ');
  const isProduction = (settings?.production ?? production) === true;
  const protection = isProduction ? 'on' : 'off or on';
  return [
    {
      name: 'place',
      expected: `account and region ${place}`,
      run: () => {
        const found = [stack?.account ?? '-', stack?.region ?? '-'].join(' ');
        return Promise.resolve(
          compared('place', `account and region ${place}`, `account and region ${found}`, found === place),
        );
      },
    },
    {
      name: 'termination-protection',
      expected: protection,
      run: () => {
        const found = stack?.hasTerminationProtection === true ? 'on' : 'off';
        const isOk = !isProduction || found === 'on';
        return Promise.resolve(compared('termination-protection', protection, found, isOk));
      },
    },
    concurrencyCheck(target, get),
    throttleCheck(target, get),
    alarmCheck(target, get),
  ];
};
