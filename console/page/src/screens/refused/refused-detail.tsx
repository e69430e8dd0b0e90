import type { RefusedRequest } from '../../../../api';
import { CopyButton } from '../../components/copy-button';
import { ErrorBox } from '../../components/error-box';
import { Icon } from '../../components/icon';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { useConsole } from '../../console-context';
import { hrefOf } from '../../text/route';
import { useLoad } from '../../use-load';
import { PairTable } from '../parts/pair-table';
import { ExplanationView } from './explanation-view';
import { bodyLines, reasonText } from './refused-list';

const contentType = (request: RefusedRequest): string | undefined =>
  request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];

const Body = ({ request }: { readonly request: RefusedRequest }) => {
  const pairs = bodyLines(request.body, contentType(request));
  if (request.body === '') return <p class="section-note">The body is empty.</p>;
  return pairs.length > 0 ? (
    <PairTable label="Parameters of the body" pairs={pairs} />
  ) : (
    <pre class="code-pre" tabIndex={0} aria-label="Body">
      <SafeText text={request.body} keepsLines />
    </pre>
  );
};

const Request = ({ request }: { readonly request: RefusedRequest }) => (
  <>
    <ExplanationView verdict={request.verdict} />
    <h3>Request</h3>
    <p class="request-line">
      <code>
        <SafeText text={`${request.method} ${request.path}`} />
      </code>
    </p>
    <PairTable label="Headers" pairs={request.headers} />
    <div class="sub-head">
      <h3>Body</h3>
      {request.body === '' ? null : <CopyButton text={request.body} label="Copy body" />}
    </div>
    <Body request={request} />
  </>
);

/** A refused request, with the reason first. Signatures and credentials were removed by the gateway. */
export const RefusedDetail = ({ id }: { readonly id: string }) => {
  const { api } = useConsole();
  const { value, error, isLoading, reload } = useLoad(`refused ${id}`, () => api.refusedRequest(id));
  return (
    <section class="side" aria-labelledby="refused-title">
      <div class="side-head">
        <a class="back" href={hrefOf('refused')}>
          <Icon name="back" />
          All requests
        </a>
        <h2 id="refused-title">{value === null ? 'Refused request' : reasonText(value.reason)}</h2>
        {value === null ? null : (
          <p class="section-note">
            Answered with {value.status}, <Time at={value.at} />
          </p>
        )}
      </div>
      {error === null ? null : <ErrorBox message={error} onRetry={reload} />}
      {value === null && isLoading ? <p class="waiting">Reading the request …</p> : null}
      {value === null ? null : <Request request={value} />}
    </section>
  );
};
