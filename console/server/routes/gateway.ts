import type { GatewayInfo } from '../../api';
import { version } from '../../../package.json';
import { isLocal } from '../../../cli/target/target';
import type { ConsoleParts } from '../console-parts';
import { confirmationOf, nameOf } from '../gateway/console-gateway';
import { json, read, type Route } from '../http/route';

/** The gateway that the page shows. */
export const gatewayRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => [
  read('/api/gateway', async () => {
    const { target } = await gateway.backend();
    const confirmation = confirmationOf(target);
    const info: GatewayInfo = {
      name: nameOf(target),
      isLocal: isLocal(target),
      isProduction: target.production === true,
      allowsChanges: gateway.allowsChanges,
      ...(confirmation === undefined ? {} : { confirmation }),
      accounts: await accounts(),
      version,
      handlers: (target.handlers ?? []).map(({ name }) => name),
      keepsRefused: gateway.monitor !== undefined,
      hasStandIn: target.twilioStandIn !== undefined,
    };
    return json(info);
  }),
];
