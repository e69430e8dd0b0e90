import type { Explanation } from '../../../../api';
import { SafeText } from '../../components/safe-text';
import { Notice } from '../parts/notice';

/** What `gateway explain` says about a request. */
export const ExplanationView = ({ verdict }: { readonly verdict: Explanation }) => (
  <div class="verdict">
    <Notice tone={verdict.accepted ? 'ok' : 'problem'}>
      <p class="verdict-summary">
        <SafeText text={verdict.summary} />
      </p>
    </Notice>
    {verdict.findings.length === 0 ? null : (
      <ol class="findings" aria-label="Causes">
        {verdict.findings.map(({ title, text, advice }) => (
          <li key={title}>
            <h3>
              <SafeText text={title} />
            </h3>
            <p>
              <SafeText text={text} keepsLines />
            </p>
            {advice === null ? null : (
              <p class="advice">
                <span class="advice-label">Do: </span>
                <SafeText text={advice} keepsLines />
              </p>
            )}
          </li>
        ))}
      </ol>
    )}
  </div>
);
