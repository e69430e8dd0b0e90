import type { Command } from 'commander';
import { openBreakerDoor, type OpenBreakerDoor } from './open-breaker';
import { registerBreakerDrill } from './drill-command';
import { registerBreakerRearm } from './rearm-command';
import { registerBreakerSecret } from './secret-command';
import { registerBreakerStatus } from './status-command';
import type { CommandContext } from '../context';

/** `breaker` and what is below it. */
export const registerBreaker = (
  program: Command,
  context: CommandContext,
  open: OpenBreakerDoor = openBreakerDoor,
): void => {
  const breaker = program
    .command('breaker')
    .description('the circuit breaker that suspends a subaccount when its usage trigger fires');
  registerBreakerStatus(breaker, context, open);
  registerBreakerDrill(breaker, context, open);
  registerBreakerRearm(breaker, context, open);
  registerBreakerSecret(breaker, context);
};
