import { testAccount } from '../../helpers/test-account';
import { startTestGateway } from '../../helpers/test-gateway';
import type { WebhookTarget } from './target';

/** The local gateway, in this process. */
export const openLocalTarget = async (): Promise<WebhookTarget> => {
  const gateway = await startTestGateway();
  return { ...gateway, account: testAccount, queues: gateway.gateway.state.queues };
};
