import type { TwilioApi, UsageQuery } from '../../../lambda/breaker/ports';
import type { AccountStatus } from '../../../lambda/shared/twilio/subaccounts';

export type ApiCall = readonly [keyof TwilioApi, ...(readonly string[])];

/** A Twilio that keeps accounts, usage and calls, and fails where the test says. */
export interface FakeTwilio {
  readonly api: TwilioApi;
  readonly statuses: Map<string, AccountStatus>;
  /** By account; undefined means no record. */
  readonly usage: Map<string, string>;
  readonly live: Set<string>;
  readonly calls: readonly ApiCall[];
  readonly usageQueries: readonly UsageQuery[];
  /** What happens at a call before, or after, it has its effect. Undefined: nothing. */
  fail: (
    method: keyof TwilioApi,
    count: number,
  ) => { readonly when: 'before' | 'after'; readonly error: Error } | undefined;
  /** Of the calls that change something. */
  done(method: keyof TwilioApi): number;
}

export const createFakeTwilio = (subaccountSid: string): FakeTwilio => {
  const calls: ApiCall[] = [];
  const usageQueries: UsageQuery[] = [];
  const effects: (keyof TwilioApi)[] = [];
  const statuses = new Map<string, AccountStatus>([[subaccountSid, 'active']]);
  const usage = new Map([[subaccountSid, '51.000000']]);
  const live = new Set<string>();

  const called = async <T>(call: ApiCall, effect: () => T): Promise<T> => {
    await Promise.resolve();
    calls.push(call);
    const [method] = call;
    const fault = fake.fail(method, calls.filter(([name]) => name === method).length);
    if (fault?.when === 'before') throw fault.error;
    const result = effect();
    effects.push(method);
    if (fault !== undefined) throw fault.error;
    return result;
  };
  const statusOf = (accountSid: string): AccountStatus => {
    const status = statuses.get(accountSid);
    if (status === undefined) throw new Error('the test has no such account');
    return status;
  };
  const fake: FakeTwilio = {
    statuses,
    usage,
    live,
    calls,
    usageQueries,
    fail: () => undefined,
    done: (method) => effects.filter((effect) => effect === method).length,
    api: {
      accountStatus: (accountSid) => called(['accountStatus', accountSid], () => statusOf(accountSid)),
      suspend: (accountSid) =>
        called(['suspend', accountSid], () => {
          statusOf(accountSid);
          statuses.set(accountSid, 'suspended');
          return 'suspended';
        }),
      usage: (query) => {
        usageQueries.push(query);
        return called(['usage', query.accountSid], () => usage.get(query.accountSid));
      },
      liveCalls: (accountSid) => called(['liveCalls', accountSid], () => [...live]),
      completeCall: (accountSid, callSid) =>
        called(['completeCall', accountSid, callSid], () => {
          live.delete(callSid);
        }),
    },
  };
  return fake;
};
