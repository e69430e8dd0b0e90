import type { MessagePage } from '../../../../api';
import { Badge } from '../../components/badge';
import { Time } from '../../components/time';
import { durationText } from '../../text/time-text';
import { statusTone } from '../../webhooks/describe-webhook';
import { ParamsTable } from './params-table';

type History = MessagePage['history'];

const errorPage = (code: string): string => `https://www.twilio.com/docs/api/errors/${code}`;

const sinceBefore = (history: History, at: number): string | null => {
  const [now, before] = [history[at]?.receivedAt, history[at - 1]?.receivedAt].map((time) => Date.parse(time ?? ''));
  const passed = (now ?? Number.NaN) - (before ?? Number.NaN);
  return Number.isNaN(passed) ? null : `${passed < 0 ? '−' : '+'}${durationText(Math.abs(passed))}`;
};

/** The status callbacks of a message, oldest first. */
export const Timeline = ({ history }: { readonly history: History }) => (
  <ol class="timeline">
    {history.map(({ status, errorCode, receivedAt, params }, at) => (
      <li key={`${at} ${status ?? ''}`} class={`timeline-${statusTone(status ?? '')}`}>
        <Badge tone={statusTone(status ?? '')}>{status ?? 'unknown'}</Badge>
        {errorCode === null || errorCode === '' ? null : /^\d+$/.test(errorCode) ? (
          <a class="timeline-error" href={errorPage(errorCode)} target="_blank" rel="noreferrer noopener">
            Error {errorCode}
          </a>
        ) : (
          <span class="timeline-error">Error {errorCode}</span>
        )}
        <span class="timeline-time">
          <Time at={receivedAt} as="precise" />
          <span class="timeline-passed">{sinceBefore(history, at)}</span>
        </span>
        {params === null ? null : (
          <details class="timeline-params">
            <summary>Parameters</summary>
            <ParamsTable params={params} label={`Parameters of ${status ?? 'the callback'}`} />
          </details>
        )}
      </li>
    ))}
  </ol>
);
