/** The status of an incoming message. */
export const receivedStatus = 'received';

/**
 * Every status Twilio documents, in the order in which a message moves forward. Callbacks arrive in any order and carry
 * no time of the event, so the order must be total: then the highest one seen is the same for every order of arrival.
 * - An incoming message counts as `received`, so `receiving` comes before it.
 * - Final statuses come after `sent`. A message should have one, but carriers sometimes report two: proof of delivery
 *   has the highest order (a receipt is evidence, a failure may be a lost receipt), then the status that is later in
 *   the process.
 * @see https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
 * @see https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
 */
const statuses = [
  'receiving',
  receivedStatus,
  'scheduled',
  'accepted',
  'queued',
  'sending',
  'sent',
  'canceled',
  'failed',
  'undelivered',
  'partially_delivered',
  'delivered',
  'read',
] as const;

/** Final statuses by their meaning; `read` implies delivery. */
const finalStatuses: ReadonlyMap<string, string> = new Map([
  ['canceled', 'canceled'],
  ['failed', 'failed'],
  ['undelivered', 'undelivered'],
  ['partially_delivered', 'delivered'],
  ['delivered', 'delivered'],
  ['read', 'delivered'],
]);

/** Higher than every error code of ten digits, so that the code only decides between equal statuses. */
const statusWeight = 100_000_000_000;

/**
 * The position of a status in the order of all statuses and error codes; undefined if the status is unknown.
 * @param errorCode digits, at most ten; a status with an error code is higher than the same status without one
 */
export const statusOrder = (status: string, errorCode: string | undefined): number | undefined => {
  const rank = (statuses as readonly string[]).indexOf(status);
  if (rank === -1) return undefined;
  return rank * statusWeight + (errorCode === undefined ? 0 : Number(errorCode) + 1);
};

/** Whether two statuses of one message contradict each other: both are final, with different meanings. */
export const isStatusConflict = (one: string | undefined, other: string): boolean => {
  const end = one === undefined ? undefined : finalStatuses.get(one);
  const otherEnd = finalStatuses.get(other);
  return end !== undefined && otherEnd !== undefined && end !== otherEnd;
};
