import type { Command } from 'commander';
import { openBreakerDoor, type OpenBreakerDoor } from '../breaker/door';
import { registerBreakerDrill } from '../breaker/drill-command';
import { registerBreakerRearm } from '../breaker/rearm-command';
import { registerBreakerSecret } from '../breaker/secret-command';
import { registerBreakerStatus } from '../breaker/status-command';
import type { CommandContext } from '../ports';

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
