import type { AnsweredRequest } from '../../../../local/monitor/answered-request';

/** A request that was answered, as the HTTP API reports it. */
export const answeredRequest = (
  requestId: string,
  changes: Partial<AnsweredRequest> & { readonly form?: Readonly<Record<string, string>> } = {},
): AnsweredRequest => {
  const { form, ...others } = changes;
  const body = others.body ?? Buffer.from(new URLSearchParams(form).toString());
  return {
    requestId,
    receivedAt: new Date('2026-03-01T10:31:07Z'),
    method: 'POST',
    url: '/dev/messages',
    rawHeaders: ['Host', 'x', 'X-Twice', '1', 'X-Twice', '2'],
    body,
    bodyBytes: body.length,
    route: 'messages',
    status: 200,
    isAnsweredByApi: false,
    isSwallowed: false,
    durationMs: 12.3,
    ...others,
  };
};
