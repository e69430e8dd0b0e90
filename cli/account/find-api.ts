import type { Backend } from '../clients/ports';
import { objectsIn, parseJson, isObject, textIn } from '../json-fields';
import type { Target } from '../target/target';

/** What CloudWatch knows an HTTP API by; empty for the local gateway, which has one. */
export interface ApiDimensions {
  readonly ApiId?: string;
  readonly Stage?: string;
}

/**
 * Finds the HTTP API of a gateway: in its own URL, or in the mappings of its custom domain.
 * @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/domainnames-domainname-apimappings.html
 * @returns undefined if the domain has no such mapping, or AWS does not show it
 */
export const findApi = async ({ target, aws }: Pick<Backend, 'target' | 'aws'>): Promise<ApiDimensions | undefined> => {
  if (target.connection.kind === 'local') return {};
  const own = apiInUrl(target);
  const [host, path] = hostAndPath(target.webhooks.messages.postUrl);
  if (own !== undefined || aws === undefined || host === undefined) return own;
  const { status, body } = await aws('apigateway', `/v2/domainnames/${host}/apimappings`);
  const answer = parseJson(body);
  if (status !== 200 || !isObject(answer)) return undefined;
  const mapping = objectsIn(answer, 'items')
    .map((item) => ({
      ApiId: textIn(item, 'apiId'),
      Stage: textIn(item, 'stage'),
      key: textIn(item, 'apiMappingKey') ?? '',
    }))
    .filter(({ key }) => key === '' || path === key || path.startsWith(`${key}/`))
    // API Gateway takes the longest that fits.
    .sort((a, b) => b.key.length - a.key.length)[0];
  if (mapping?.ApiId === undefined || mapping.Stage === undefined) return undefined;
  return { ApiId: mapping.ApiId, Stage: mapping.Stage };
};

const apiInUrl = ({ webhooks, baseUrl = '' }: Target): ApiDimensions | undefined => {
  const [, ApiId, Stage] =
    [webhooks.messages.postUrl, baseUrl]
      .map((url) => /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([^/]+)/.exec(url))
      .find((match) => match !== null) ?? [];
  return ApiId === undefined || Stage === undefined ? undefined : { ApiId, Stage };
};

/** The path without the first slash. */
const hostAndPath = (url: string): readonly [string | undefined, string] => {
  if (!URL.canParse(url)) return [undefined, ''];
  const { hostname, pathname } = new URL(url);
  return [hostname, pathname.slice(1)];
};
