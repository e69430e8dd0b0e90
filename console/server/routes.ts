import type { ConsoleParts } from './console-parts';
import type { Route } from './http/route';
import { gatewayRoutes } from './routes/gateway';
import { liveRoutes } from './routes/live';
import { webhookRoutes } from './routes/webhooks';

/** The API: a file for each screen. */
export const consoleRoutes = (parts: ConsoleParts): readonly Route[] =>
  [gatewayRoutes, webhookRoutes, liveRoutes].flatMap((routesOf) => routesOf(parts));
