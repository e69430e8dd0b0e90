import type { RefusedList } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import { rejectionsOf } from './gateway-metrics';
import { readMetrics } from '../../../cli/clients/cloudwatch/metric-data';

const hourSeconds = 3600;

/** How often each reason was counted in the last hour, most frequent first. */
export const readRejections = async (
  backend: Pick<Backend, 'target' | 'awsCall'>,
  now = Date.now(),
): Promise<RefusedList['reasons']> => {
  if (backend.awsCall === undefined) return [];
  const to = Math.ceil(now / 60_000) * 60;
  const span = { from: to - hourSeconds, to, stepSeconds: 60 };
  const found = await readMetrics(backend, rejectionsOf(backend.target), span);
  return found
    .map(({ name, values }) => ({ reason: name, count: [...values.values()].reduce((sum, value) => sum + value, 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
};
