import type { GatewayMonitor } from '../monitor/gateway-monitor';
import type { LocalState } from '../state-file';

/** What the console reads. A redeployment changes the values: read them again for each request. */
export interface ConsoleGateway {
  readonly state: LocalState;
  readonly monitor: GatewayMonitor;
  /** The port of `--console-port`; 0 takes any free one. */
  readonly port: number;
}

export interface RunningConsole {
  /** With its token, such as `http://127.0.0.1:4000/#token=…`. */
  readonly url: string;
  close(): Promise<void>;
}

export type StartConsole = (gateway: ConsoleGateway) => Promise<RunningConsole>;
