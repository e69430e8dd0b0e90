import type { ConsoleParts } from './console-parts';
import type { Route } from './http/route';
import { accountRoutes } from './routes/account';
import { conversationRoutes } from './routes/conversations';
import { gatewayRoutes } from './routes/gateway';
import { handlerRoutes } from './routes/handlers';
import { healthRoutes } from './routes/health';
import { liveRoutes } from './routes/live';
import { mediaRoutes } from './routes/media';
import { metricRoutes } from './routes/metrics';
import { queueRoutes } from './routes/queues';
import { refusedRoutes } from './routes/refused';
import { setupRoutes } from './routes/setup';
import { storedRoutes } from './routes/stored';
import { tryRoutes } from './routes/try-it';
import { webhookRoutes } from './routes/webhooks';

/** The API: a file for each screen. */
const screens = [
  gatewayRoutes,
  webhookRoutes,
  liveRoutes,
  storedRoutes,
  mediaRoutes,
  conversationRoutes,
  refusedRoutes,
  queueRoutes,
  handlerRoutes,
  tryRoutes,
  healthRoutes,
  accountRoutes,
  metricRoutes,
  setupRoutes,
];

export const consoleRoutes = (parts: ConsoleParts): readonly Route[] => screens.flatMap((routesOf) => routesOf(parts));
