import type { Capture } from '../../../cli/explain/capture/capture';
import { readCapture } from '../../../cli/explain/capture/read-capture';
import { routeOfCapture } from '../../../cli/explain/capture/route-of';
import { splitUrl } from '../../../cli/explain/capture/url-parts';
import { explainRequest } from '../../../cli/explain/explain-request';
import type { Finding } from '../../../cli/explain/findings/findings';
import { gatewayOf } from '../../../cli/explain/gateway/open-gateway';
import { headline, withoutSecrets, type Report } from '../../../cli/explain/report';
import type { SearchLimits } from '../../../cli/explain/variants/search';
import type { Explanation } from '../../api';
import type { ConsoleGateway } from '../gateway/console-gateway';
import type { RefusedCapture } from '../../../local/monitor/gateway-monitor';
import { invalid } from '../http/api-problem';

/** Less than the command searches: the gateway of this process waits meanwhile. */
const limits: SearchLimits = { tried: 10_000, work: 100_000_000 };

/** A text that somebody pasted: a curl command, a raw HTTP request, or a HAR file with one entry. */
export const explainText = (text: string, gateway: ConsoleGateway): Promise<Explanation> => {
  if (text.trim() === '') throw invalid('There is no request to explain.');
  return explain(readCapture(Buffer.from(text), undefined, undefined), gateway);
};

/** A request that the local gateway refused, byte for byte. */
export const explainCapture = (refused: RefusedCapture, gateway: ConsoleGateway): Promise<Explanation> => {
  const url = splitUrl(refused.url);
  if (url === undefined) throw invalid('The request has no path.');
  const { method, headers, body } = refused;
  return explain({ source: 'http', method, url, headers, body }, gateway);
};

/** No token and no expected signature is in the result: names, addresses and constant text only. */
const explain = async (capture: Capture, { backend, context }: ConsoleGateway): Promise<Explanation> => {
  const route = routeOfCapture(capture);
  const gateway = await gatewayOf(await backend(), route, context.now());
  const explanation = explanationOf(await explainRequest(capture, route, gateway, [], limits));
  const secrets = gateway.keys.keys.map(({ secret }) => secret);
  // A last safeguard, as in the command.
  return JSON.parse(withoutSecrets(JSON.stringify(explanation), secrets)) as Explanation;
};

const explanationOf = ({ verdict, causes, notes, gatewayAnswer, checked }: Report): Explanation => {
  const answer =
    gatewayAnswer === null ? '' : ` The gateway answers ${gatewayAnswer.status} (${gatewayAnswer.reason}).`;
  const search = checked.isComplete ? '' : ' The search ended at its limit; `explain` in a terminal searches longer.';
  return {
    accepted: verdict === 'genuine',
    summary: `${headline(verdict)}${answer}${search}`,
    findings: [...causes, ...notes].map(findingOf),
  };
};

const findingOf = ({ title, explanation, fix }: Finding): Explanation['findings'][number] => ({
  title,
  text: explanation,
  advice: fix === '' ? null : fix,
});
