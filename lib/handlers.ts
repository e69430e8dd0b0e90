import type { GatewayStack } from './gateway-stack';

export type RegisterHandlers = (gateway: GatewayStack) => void;

/**
 * Registers your handlers, for every stage: docs/your-code.md.
 *
 *     gateway.onMessage('Replies', { entry: 'handlers/reply.ts', reply: true });
 */
export const registerHandlers: RegisterHandlers = () => {
  // Nothing is registered in the shipped stages.
};
