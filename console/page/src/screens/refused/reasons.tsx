import type { RefusedList } from '../../../../api';
import { rankedReasons, reasonText } from './refused-list';

/** How often each reason was given. The bar repeats the number. */
export const Reasons = ({
  reasons,
  chosen,
  onChoose,
}: {
  readonly reasons: RefusedList['reasons'];
  /** Empty: every reason. */
  readonly chosen: string;
  /** Null where the requests are not kept, so that there is nothing to filter. */
  readonly onChoose: ((reason: string) => void) | null;
}) => (
  <ul class="reasons" aria-label="Reasons">
    {rankedReasons(reasons).map(({ reason, count, share }) => {
      const content = (
        <>
          <span class="reason-name">{reasonText(reason)}</span>
          <span class="number">{count.toLocaleString('en')}</span>
          <svg class="reason-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect width={Math.max(1, share * 100)} height="1" />
          </svg>
        </>
      );
      return (
        <li key={reason}>
          {onChoose === null ? (
            <div class="reason">{content}</div>
          ) : (
            <button
              type="button"
              class="reason"
              aria-pressed={chosen === reason}
              onClick={() => onChoose(chosen === reason ? '' : reason)}
            >
              {content}
            </button>
          )}
        </li>
      );
    })}
  </ul>
);
