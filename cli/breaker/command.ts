import type { Command } from 'commander';
import { registerBreakerDrill } from './drill-command';
import { registerBreakerRearm } from './rearm-command';
import { registerBreakerSecret } from './secret-command';
import { registerBreakerStatus } from './status-command';
import { openSubaccounts, type OpenSubaccounts } from './subaccounts';
import type { CommandContext } from '../context';

/** Registers `breaker` and its subcommands. */
export const registerBreaker = (
  breaker: Command,
  context: CommandContext,
  open: OpenSubaccounts = openSubaccounts,
): void => {
  registerBreakerStatus(breaker, context, open);
  registerBreakerDrill(breaker, context);
  registerBreakerRearm(breaker, context, open);
  registerBreakerSecret(breaker, context);
};
