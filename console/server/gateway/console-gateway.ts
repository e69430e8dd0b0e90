import type { Backend } from '../../../cli/clients/ports';
import type { CommandContext } from '../../../cli/context';
import type { Target } from '../../../cli/target/target';
import type { GatewayMonitor } from '../../../local/monitor/gateway-monitor';

/** The part of the command context that the console uses. */
export type ConsoleContext = Pick<
  CommandContext,
  'post' | 'twilio' | 'signal' | 'now' | 'sleep' | 'choice' | 'readHidden'
>;

/** The gateway that a console shows. */
export interface ConsoleGateway {
  readonly context: ConsoleContext;
  /** Its clients, which all requests share. @throws CliError if there is no such gateway */
  readonly backend: () => Promise<Backend>;
  readonly allowsChanges: boolean;
  /** The accounts to read, if the operator named them: then the account secrets are not needed. */
  readonly accountSids?: readonly string[] | undefined;
  /** Absent for a deployed gateway. */
  readonly monitor?: GatewayMonitor;
}

/** What a person types to confirm a change; undefined where nothing is typed. */
export const confirmationOf = ({ production, stage, choice }: Target): string | undefined =>
  production === true ? (choice?.stack ?? stage) : undefined;

/** Such as `local gateway`, or `stage prod`. */
export const nameOf = ({ name }: Target): string => name.replace(/^the /, '');
