import type { GatewayTemplate } from './gateway-template';
import type { AppResource } from './resources';

/** How many resources a line lists. */
const shown = 4;
/** Part of the construct paths of the CDK's own custom resources. */
const cdkOwn = '/Custom::';

/** One or two lines that list the resources of an app that do not run locally. */
export const notEmulatedLines = ({ unreachable, others }: Pick<GatewayTemplate, 'unreachable' | 'others'>) => {
  const rest = others.filter((resource) => !unreachable.includes(resource) && !resource.path.includes(cdkOwn));
  return [
    ...(unreachable.length === 0
      ? []
      : [`not emulated, although a function of the gateway knows its name: ${listed(unreachable)}`]),
    ...(rest.length === 0 ? [] : [`not emulated: ${listed(rest)}`]),
  ];
};

/** `Files/Archive (AWS::S3::Bucket), … and 3 more`. Constructs in one of them are left out. */
const listed = (resources: readonly AppResource[]): string => {
  const named = resources.map(({ path, resource }) => ({ path: path.replace(/\/Resource$/, ''), type: resource.Type }));
  const outermost = named.filter(({ path }) => !named.some((other) => path.startsWith(`${other.path}/`)));
  const names = outermost.map(({ path, type }) => `${path} (${type})`);
  const more = names.length - shown;
  return names.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
