import type { RefusedList, RefusedSummary } from '../../../../api';

export const maxRefused = 200;

/** The reason under which a request is counted; its status if no function has logged a reason. */
const countedAs = ({ reason, status }: RefusedSummary): string => reason ?? String(status);

export const hasReason = (request: RefusedSummary, reason: string): boolean => countedAs(request) === reason;

/** The reason as people read it: `signature_mismatch` is `Signature mismatch`. */
export const reasonText = (reason: string | null): string => {
  if (reason === null) return 'Refused by the HTTP API';
  if (/^\d+$/.test(reason)) return `Refused by the HTTP API: ${reason}`;
  const words = reason.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** A request that was just refused in front of the ones known, and counted. */
export const addRefused = (list: RefusedList, request: RefusedSummary): RefusedList => {
  if (list.requests.some(({ id }) => id === request.id)) return list;
  const name = countedAs(request);
  const isKnown = list.reasons.some(({ reason }) => reason === name);
  const reasons = isKnown
    ? list.reasons.map((entry) => (entry.reason === name ? { ...entry, count: entry.count + 1 } : entry))
    : [...list.reasons, { reason: name, count: 1 }];
  return { ...list, requests: [request, ...list.requests].slice(0, maxRefused), reasons };
};

/** The most frequent first, with its share of the largest count, for a bar. */
export const rankedReasons = (
  reasons: RefusedList['reasons'],
): readonly { readonly reason: string; readonly count: number; readonly share: number }[] => {
  const most = Math.max(1, ...reasons.map(({ count }) => count));
  return [...reasons].sort((a, b) => b.count - a.count).map((entry) => ({ ...entry, share: entry.count / most }));
};

/** The body as lines: a form one parameter a line, so that it can be read. */
export const bodyLines = (body: string, contentType: string | undefined): readonly (readonly [string, string])[] => {
  if (contentType?.startsWith('application/x-www-form-urlencoded') !== true) return [];
  return [...new URLSearchParams(body)];
};
