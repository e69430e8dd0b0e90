import type { ReadAccounts } from './gateway/accounts';
import type { ConsoleGateway } from './gateway/console-gateway';

/** What the routes share. */
export interface ConsoleParts {
  readonly gateway: ConsoleGateway;
  readonly accounts: ReadAccounts;
}
