import type { ReadAccounts } from './gateway/accounts';
import type { ConsoleGateway } from './gateway/console-gateway';

/** Shared by all routes. */
export interface ConsoleParts {
  readonly gateway: ConsoleGateway;
  readonly accounts: ReadAccounts;
}
