import type { Assembly, LocalGatewayOptions } from '../../local/gateway';
import { eventQueuePath } from './stack-facts';
import { startFaultProxy, type FaultProxy } from './fault-proxy';
import { startTestGateway, type TestGateway } from './test-gateway';

export type ProxiedService = 'sqs' | 'dynamodb' | 'secretsmanager' | 'sns';

/** The local gateway with a fault proxy between its functions and every service. */
export interface ProxiedGateway {
  readonly gateway: TestGateway;
  readonly proxies: Readonly<Record<ProxiedService, FaultProxy>>;
  /** Ends all faults first, so that nothing hangs. */
  close(): Promise<void>;
}

/** `functionEnvironment` is added to the variables that point the functions to the proxies. */
export const startProxiedGateway = async ({
  assembly,
  functionEnvironment,
  ...options
}: Partial<LocalGatewayOptions> & { readonly assembly: Assembly }): Promise<ProxiedGateway> => {
  const running: { gateway?: TestGateway } = {};
  const proxy = (service: ProxiedService): Promise<FaultProxy> =>
    startFaultProxy(() => {
      if (running.gateway === undefined) throw new Error('a service was called before the gateway was started');
      return running.gateway.gateway.state.endpoints[service];
    });
  const proxies = {
    sqs: await proxy('sqs'),
    dynamodb: await proxy('dynamodb'),
    secretsmanager: await proxy('secretsmanager'),
    sns: await proxy('sns'),
  };
  const closeProxies = async (): Promise<void> => {
    await Promise.all(Object.values(proxies).map((faultProxy) => faultProxy.close()));
  };
  try {
    const gateway = await startTestGateway({
      ...options,
      assemble: () => assembly,
      functionEnvironment: {
        AWS_ENDPOINT_URL_SQS: proxies.sqs.endpoint,
        AWS_ENDPOINT_URL_DYNAMODB: proxies.dynamodb.endpoint,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: proxies.secretsmanager.endpoint,
        AWS_ENDPOINT_URL_SNS: proxies.sns.endpoint,
        // The SDK sends to the queue URL's host, not to the endpoint.
        EVENT_QUEUE_URL: proxies.sqs.endpoint + eventQueuePath(assembly),
        ...functionEnvironment,
      },
    });
    running.gateway = gateway;
    return {
      gateway,
      proxies,
      close: async () => {
        for (const faultProxy of Object.values(proxies)) faultProxy.reset();
        await gateway.close();
        await closeProxies();
      },
    };
  } catch (error) {
    await closeProxies();
    throw error;
  }
};
