import { setTimeout as sleep } from 'node:timers/promises';
import { checkAccount, type CheckedAccount } from '../../../cli/account/account';
import { readFigures } from '../../../cli/account/read-figures';
import { createAwsBackend } from '../../../cli/clients/aws-backend';
import { localTarget } from '../../../cli/target/local-target';
import type { LocalState } from '../../../local/state-file';

const looks = 20;
const pauseMs = 300;

/**
 * The loss account of a gateway at rest, without Twilio's list.
 * @param poison how many dead letters the plan itself has put on the queue, past the gateway
 */
export const readAccount = async (state: LocalState, accountSid: string, poison: number): Promise<CheckedAccount> => {
  const { signal } = new AbortController();
  const target = await localTarget({
    localState: () => Promise.resolve(JSON.stringify(state)),
    isAlive: () => true,
  });
  const backend = createAwsBackend(target, signal);
  const { table } = backend;
  if (table === undefined) throw new Error('the table cannot be read');
  const now = Math.floor(Date.now() / 60_000) * 60;
  const period = { from: now - 3600, to: now + 120 };
  const read = () => readFigures({ ...backend, table }, [accountSid], period, signal);
  let figures = await read();
  for (let look = 0, before = ''; look < looks && before !== JSON.stringify(figures); look += 1) {
    before = JSON.stringify(figures);
    await sleep(pauseMs);
    figures = await read();
  }
  return checkAccount({ ...figures, deadWebhooks: figures.deadWebhooks - poison, missing: null });
};
