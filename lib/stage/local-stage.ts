import type { Stage } from './resolve-stage';

/** The local gateway has an address of its own, and no event bus, VPC or S3. */
export const localStage = ({ events, ...stage }: Stage): Stage => ({
  ...stage,
  customDomain: undefined,
  mediaBucket: false,
  events: events && { ...events, eventBusArn: undefined },
  network: undefined,
});
