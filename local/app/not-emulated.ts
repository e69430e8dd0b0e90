import type { GatewayTemplate } from './gateway-template';
import type { AppResource } from './resources';

/** How many resources are named. */
const shown = 4;
/** In the paths of the functions by which the CDK itself creates something. */
const cdkOwn = '/Custom::';

/** What does not run of an app, in one line or two. */
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
