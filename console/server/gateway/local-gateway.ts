import { setTimeout as sleep } from 'node:timers/promises';
import { createAwsBackend } from '../../../cli/clients/aws-backend';
import { createPost } from '../../../cli/clients/post';
import { localTarget } from '../../../cli/target/local-target';
import { createTwilioEnvironment } from '../../../cli/twilio/environment';
import type { ConsoleGateway } from './console-gateway';
import type { GatewayMonitor } from '../../../local/monitor/gateway-monitor';
import { once, sharedClients } from './shared-clients';

/** The gateway that runs in this process. A new template changes `state`. */
export interface RunningGateway {
  /** What `.gateway/local.json` holds. */
  readonly state: object;
  readonly monitor: GatewayMonitor;
}

/** Every change is allowed: the data are those of this machine. */
export const localGateway = (running: RunningGateway, signal: AbortSignal): ConsoleGateway => {
  const open = async (json: string) =>
    createAwsBackend(await localTarget({ localState: () => Promise.resolve(json), isAlive: () => true }), signal);
  let current:
    { readonly json: string; readonly backend: ReturnType<typeof once<ReturnType<typeof sharedClients>>> } | undefined;
  return {
    context: {
      post: createPost(signal),
      twilio: createTwilioEnvironment(process.cwd(), process.env),
      signal,
      now: () => new Date(),
      sleep: (milliseconds) => sleep(milliseconds, undefined, { signal }),
      choice: () => ({}),
      readHidden: () => Promise.reject(new Error('The console asks for no secret.')),
    },
    backend: () => {
      const json = JSON.stringify(running.state);
      if (current?.json !== json) current = { json, backend: once(async () => sharedClients(await open(json))) };
      return current.backend();
    },
    allowsChanges: true,
    monitor: running.monitor,
  };
};
