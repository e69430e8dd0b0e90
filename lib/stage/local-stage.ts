import type { Stage } from './resolve-stage';

/** The local gateway has an address of its own, and neither an event bus nor a VPC. */
export const localStage = ({ events, ...stage }: Stage): Stage => ({
  ...stage,
  customDomain: undefined,
  events: events && { ...events, eventBusArn: undefined },
  network: undefined,
});
