import { fallbackRegionOutputs } from '../../lambda/shared/contract/stack-outputs';
import { httpApiIds, readApi, type ApiDefinition } from '../resources/api';
import type { ResourceSources } from '../resources/resource-attributes';
import type { Resolve } from '../template/intrinsics';
import type { Template } from '../template/template';

/** The fallback lane in another region: its API has an address of its own, its queue is in the local SQS. */
export interface LocalFallbackRegion {
  readonly api: ApiDefinition & { readonly apiId: string };
  readonly url: string;
  readonly queueUrl: string;
  /** Instead of the template's, which name AWS's addresses in that region. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Whether a template has a lane in another region, before it is read. */
export const hasFallbackRegion = ({ Outputs = {} }: Template): boolean => fallbackRegionOutputs.queueUrl in Outputs;

/** @returns undefined if the template has no lane in another region */
export const readFallbackRegion = (
  template: Template,
  resolve: Resolve,
  { queues, regionOrigin }: Pick<ResourceSources, 'queues'> & { readonly regionOrigin?: string | undefined },
): LocalFallbackRegion | undefined => {
  const { lane } = httpApiIds(template, resolve);
  if (lane === undefined || regionOrigin === undefined) return undefined;
  const api = { ...readApi(template, resolve, [], (id) => id === lane), apiId: lane };
  const [routeKey = ''] = api.routes.keys();
  const url = `${regionOrigin}/${api.stage}${routeKey.replace(/^\S+ /, '')}`;
  const urlOnAws = String(resolve(template.Outputs?.[fallbackRegionOutputs.queueUrl]?.Value ?? ''));
  const queueUrl = queues.url(urlOnAws.split('/').at(-1) ?? '');
  return { api, url, queueUrl, variables: { REGION_FALLBACK_URL: url, REGION_QUEUE_URL: queueUrl } };
};
