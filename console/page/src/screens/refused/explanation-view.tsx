import type { Explanation } from '../../../../api';
import { CodeWords } from '../parts/code-words';
import { Callout } from '../parts/callout';

/** The result of `gateway explain` for a request. */
export const ExplanationView = ({ verdict }: { readonly verdict: Explanation }) => (
  <div class="verdict">
    <Callout tone={verdict.accepted ? 'ok' : 'problem'}>
      <p class="verdict-summary">
        <CodeWords text={verdict.summary} />
      </p>
    </Callout>
    {verdict.findings.length === 0 ? null : (
      <ol class="findings" aria-label="Causes">
        {verdict.findings.map(({ title, text, advice }) => (
          <li key={title}>
            <h3>
              <CodeWords text={title} />
            </h3>
            <p>
              <CodeWords text={text} />
            </p>
            {advice === null ? null : (
              <p class="advice">
                <span class="advice-label">Do: </span>
                <CodeWords text={advice} />
              </p>
            )}
          </li>
        ))}
      </ol>
    )}
  </div>
);
