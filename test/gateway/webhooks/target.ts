import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AccountSecret } from '../../../lambda/shared/credentials/account-secret';
import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { GatewayEffects } from '../../helpers/gateway-effects';
import { openLocalTarget } from './local-target';
import { openStageTarget } from './stage-target';

/** A gateway that the webhook suite runs against. */
export interface WebhookTarget extends Pick<GatewayEffects, 'itemsOf' | 'queued'> {
  readonly webhooks: Readonly<Record<RouteName, string>>;
  /** The Twilio account that it accepts, from its secret. */
  readonly account: AccountSecret;
  readonly queues: { readonly events: string; readonly deadLetters: string };
  readonly sqs: SQSClient;
  close(): Promise<void>;
}

/** The variable that names the target. */
const targetVariable = 'GATEWAY_TARGET';

/**
 * The target that `GATEWAY_TARGET` names: `local` (the default), or `aws:<stage>`, a deployed stage in the AWS account
 * and region of the environment. With `AWS_ENDPOINT_URL` that account is an emulator's.
 * @throws Error that says what is allowed
 */
export const openTarget = async (name = process.env[targetVariable] ?? 'local'): Promise<WebhookTarget> => {
  if (name === 'local') return openLocalTarget();
  const stage = /^aws:([a-z][a-z0-9-]{0,15})$/.exec(name)?.[1];
  if (stage === undefined) {
    throw new Error(`${targetVariable} is ${JSON.stringify(name)}: give local, or aws:<stage>, e.g. aws:dev`);
  }
  return openStageTarget(stage);
};
