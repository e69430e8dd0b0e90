import { setTimeout as sleep } from 'node:timers/promises';

const patienceMs = 20_000;
const pollMs = 20;

/** Repeats until it does not throw; fails with the last error. */
export const eventually = async <T>(attempt: () => Promise<T>): Promise<T> => {
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(pollMs);
    }
  }
};
