import type { RefusedSummary } from '../../api';
import type { RefusedCapture } from '../gateway/monitor';

export const refusedSummary = ({ id, at, method, url, status, reason }: RefusedCapture): RefusedSummary => ({
  id,
  at,
  method,
  // The query may hold what its sender keeps secret.
  path: url.split('?')[0] ?? '',
  status,
  reason,
});
