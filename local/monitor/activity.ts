import { routeNames } from '../../lambda/shared/contract/routes';
import { laneRoute, type AnsweredRequest } from './answered-request';
import { errorText, textOrNull, type LogFields } from './log-record';
import type { Recorder } from './recorder';
import { answerOf, failureReport, isStoreRecord, reportOf, storeReport } from './webhook-report';
import type { Answer, WebhookReport } from './webhook-report';

/** How long a line waits for the log record of ingress, and for that of the consumer, in milliseconds. */
const ingressMs = 500;
const storedMs = 2_000;
/** Requests that are remembered until the consumer has reported on them. */
const keptRequests = 10_000;
/** Refused requests that wait for the record of ingress at the same time: each keeps its body. */
const waitingRefused = 200;

export interface ActivityOptions {
  readonly recorder: Pick<Recorder, 'accepted' | 'refused'>;
  /**
   * Receives each webhook once its result is known, and again if the result changes. Without it, only refused requests
   * are followed, for the recorder.
   */
  readonly onWebhook: ((report: WebhookReport) => void) | undefined;
  /** Receives a record that turned out to be about no request of this gateway. */
  readonly onOtherRecord: (record: LogFields) => void;
}

/** Brings together what belongs to one request: its answer, and the records of ingress and consumer. */
export interface Activity {
  readonly answered: (request: AnsweredRequest) => void;
  /** @returns false for a record that is not about one request */
  readonly record: (record: LogFields) => boolean;
  /** Reports what still waits. */
  readonly close: () => void;
}

interface Entry {
  answer?: Answer;
  /** Of a refused request that waits for its reason. */
  refused?: AnsweredRequest | undefined;
  /** The record of ingress. */
  ingress?: LogFields;
  /** The record of the consumer, before the answer is known. */
  stored?: LogFields;
  timer?: NodeJS.Timeout | undefined;
}

export const createActivity = ({ recorder, onWebhook, onOtherRecord }: ActivityOptions): Activity => {
  const entries = new Map<string, Entry>();
  /** Request ids by the id of the message in the queue. */
  const requestIds = new Map<string, string>();
  const refusedIds = new Set<string>();

  const entryOf = (id: string): Entry => {
    const found = entries.get(id);
    if (found !== undefined) return found;
    const created: Entry = {};
    entries.set(id, created);
    if (entries.size > keptRequests) {
      const [oldest = ''] = entries.keys();
      settle(oldest);
      forget(oldest);
    }
    return created;
  };
  const forget = (id: string): void => {
    const entry = entries.get(id);
    clearTimeout(entry?.timer);
    entries.delete(id);
    requestIds.delete(String(entry?.ingress?.['messageId']));
  };
  const wait = (id: string, entry: Entry, milliseconds: number): void => {
    entry.timer ??= setTimeout(() => settle(id), milliseconds).unref();
  };
  const refuse = (id: string, request: AnsweredRequest, record: LogFields | undefined): void => {
    refusedIds.delete(id);
    forget(id);
    const reason = textOrNull(record?.['reason']);
    const detail = record === undefined ? null : textOrNull(errorText(record));
    recorder.refused(request, { reason, detail });
    onWebhook?.(reportOf(answerOf(request), 'refused', reason, detail));
  };
  /** Stops waiting, and reports what is known by now. */
  const settle = (id: string): void => {
    const entry = entries.get(id);
    if (entry?.timer === undefined) return;
    clearTimeout(entry.timer);
    entry.timer = undefined;
    if (entry.refused !== undefined) refuse(id, entry.refused, entry.ingress);
    else if (entry.answer !== undefined) onWebhook?.(reportOf(entry.answer, 'accepted'));
    else if (entry.stored !== undefined) {
      forget(id);
      onOtherRecord(entry.stored);
    }
  };
  const store = (id: string, answer: Answer, record: LogFields): void => {
    forget(id);
    onWebhook?.(storeReport(answer, record));
  };

  const answerRefused = (request: AnsweredRequest): void => {
    const id = request.requestId;
    const entry = entryOf(id);
    if (request.isAnsweredByApi || entry.ingress !== undefined) {
      refuse(id, request, entry.ingress);
      return;
    }
    entry.refused = request;
    refusedIds.add(id);
    wait(id, entry, ingressMs);
    const [oldest = ''] = refusedIds;
    if (refusedIds.size > waitingRefused) settle(oldest);
  };

  return {
    answered: (request) => {
      if (request.isSwallowed) {
        onWebhook?.(reportOf(answerOf(request), 'swallowed'));
      } else if (request.route !== undefined && !isFollowed(request)) {
        onWebhook?.(reportOf(answerOf(request), 'answered'));
      } else if (request.status >= 400) {
        answerRefused(request);
      } else {
        // The fallback lane verifies after its answer, so its requests are not counted as webhooks.
        if (request.route !== laneRoute) recorder.accepted(request);
        if (onWebhook === undefined) return;
        const entry = entryOf(request.requestId);
        entry.answer = answerOf(request);
        if (entry.stored !== undefined) store(request.requestId, entry.answer, entry.stored);
        else wait(request.requestId, entry, storedMs);
      }
    },
    record: (record) => {
      const { service, requestId, messageId } = record;
      if (service === 'ingress' && typeof requestId === 'string' && typeof record['status'] === 'number') {
        // Without `onWebhook`, nobody needs the record of an accepted webhook.
        if (onWebhook === undefined && record['status'] < 400) return true;
        const entry = entryOf(requestId);
        entry.ingress = record;
        if (typeof messageId === 'string') requestIds.set(messageId, requestId);
        if (entry.refused !== undefined) refuse(requestId, entry.refused, record);
        return true;
      }
      if (service !== 'consumer' || onWebhook === undefined) return false;
      if (typeof requestId === 'string' && isStoreRecord(record)) {
        const entry = entryOf(requestId);
        if (entry.answer !== undefined) {
          store(requestId, entry.answer, record);
        } else {
          entry.stored = record;
          wait(requestId, entry, ingressMs);
        }
        return true;
      }
      const answer = entries.get(requestIds.get(String(messageId)) ?? '')?.answer;
      if (answer === undefined || !isFailure(record)) return false;
      const entry = entryOf(answer.requestId);
      clearTimeout(entry.timer);
      entry.timer = undefined;
      onWebhook(failureReport(answer, record));
      return true;
    },
    close: () => {
      for (const id of [...entries.keys()]) settle(id);
      for (const id of [...entries.keys()]) forget(id);
    },
  };
};

/** A webhook, or a request that is on the queue of the fallback lane. */
const isFollowed = ({ route, status }: AnsweredRequest): boolean =>
  routeNames.some((name) => name === route) || (route === laneRoute && status < 400);

const isFailure = ({ reason }: LogFields): boolean => reason === 'record_failed' || reason === 'poison_envelope';
