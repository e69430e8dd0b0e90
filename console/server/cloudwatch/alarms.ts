import type { Health } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import { objectsIn, textIn } from '../../../cli/json-fields';
import { stackNameOf } from '../../../cli/target/target';
import { callCloudWatch } from '../../../cli/clients/cloudwatch/call-cloudwatch';

/** The most that one call returns. A stack has at most 500 resources. */
const maxAlarms = 100;

/** The alarms of the stage's stack: CloudFormation names them after it. Those that went off come first. */
export const readAlarms = async (backend: Pick<Backend, 'target' | 'awsCall'>): Promise<Health['alarms']> => {
  if (backend.awsCall === undefined) return [];
  const answer = await callCloudWatch(backend, 'DescribeAlarms', {
    AlarmNamePrefix: `${stackNameOf(backend.target)}-`,
    AlarmTypes: ['MetricAlarm'],
    MaxRecords: maxAlarms,
  });
  return objectsIn(answer, 'MetricAlarms')
    .map((alarm) => ({
      name: textIn(alarm, 'AlarmName') ?? '',
      state: textIn(alarm, 'StateValue') ?? 'UNKNOWN',
      reason: textIn(alarm, 'StateReason') ?? null,
    }))
    .sort((a, b) => Number(b.state === 'ALARM') - Number(a.state === 'ALARM') || (a.name < b.name ? -1 : 1));
};
