import type { GatewayTemplate } from './gateway-template';
import type { AppResource } from './resources';

/** How many resources are named. */
const shown = 4;

/** What does not run of an app, in one line or two. */
export const notEmulatedLines = ({ unreachable, others }: Pick<GatewayTemplate, 'unreachable' | 'others'>) => {
  const rest = others.filter((resource) => !unreachable.includes(resource));
  return [
    ...(unreachable.length === 0
      ? []
      : [`not emulated, although a function of the gateway knows its name: ${listed(unreachable)}`]),
    ...(rest.length === 0 ? [] : [`not emulated: ${listed(rest)}`]),
  ];
};

/** `Files/Archive (AWS::S3::Bucket), … and 3 more`. */
const listed = (resources: readonly AppResource[]): string => {
  const names = resources.map(({ path, resource }) => `${path.replace(/\/Resource$/, '')} (${resource.Type})`);
  const more = names.length - shown;
  return names.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
};
