import type { AccountSums } from '../../api';
import { countedAccount } from '../../../cli/account/run-account';
import type { ConsoleParts } from '../console-parts';
import { json, read, type Route } from '../http/route';

/** It reads every row of a day. */
const slowMs = 40_000;

/** What became of the webhooks of the last 24 hours. */
export const accountRoutes = ({ gateway, accounts }: ConsoleParts): readonly Route[] => [
  read(
    '/api/account',
    async ({ signal }) => {
      const { now, sleep } = gateway.context;
      const { account, sums } = await countedAccount(await gateway.backend(), await accounts(), { now, sleep, signal });
      const answer: AccountSums = {
        agrees: account.agrees,
        sums: sums.map(({ text, problem }) => ({ text, problem: problem ?? null })),
      };
      return json(answer);
    },
    { timeoutMs: slowMs },
  ),
];
