import { cpus } from 'node:os';

/** Milliseconds of all cores since the machine was started. */
export interface CoreTimes {
  readonly cores: number;
  readonly idle: number;
  readonly total: number;
}

export const coreTimes = (): CoreTimes => {
  const all = cpus().map(({ times }) => times);
  return {
    cores: all.length,
    idle: all.reduce((sum, { idle }) => sum + idle, 0),
    total: all.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0),
  };
};

/** How many cores of the machine had nothing to do between two measurements; 0 where they are too close to tell. */
export const freeCores = (before: CoreTimes, now: CoreTimes): number => {
  const total = now.total - before.total;
  return total <= 0 ? 0 : (now.cores * (now.idle - before.idle)) / total;
};
