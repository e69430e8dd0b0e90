import { list2010, type ApiAnswer } from './answers';
import type { ApiCall } from './operations';

/** The usage of an account by category. What a test has set applies to every period; anything else is zero. */
export const usageRecords = (call: ApiCall): ApiAnswer => {
  const { state, account, query, path } = call;
  const category = query.get('Category');
  const known = [...state.usage.keys()]
    .filter((key) => key.startsWith(`${account.sid} `))
    .map((key) => key.slice(account.sid.length + 1));
  const today = new Date().toISOString().slice(0, 10);
  const items = (category === null ? known : [category]).map((name) => {
    const { price = 0, count = 0, usage = 0 } = state.usage.get(`${account.sid} ${name}`) ?? {};
    return {
      account_sid: account.sid,
      api_version: '2010-04-01',
      category: name,
      description: name,
      count: String(count),
      count_unit: '',
      usage: String(usage),
      usage_unit: '',
      price,
      price_unit: 'usd',
      start_date: today,
      end_date: today,
      as_of: new Date().toISOString(),
      uri: `${path}?Category=${encodeURIComponent(name)}`,
    };
  });
  return list2010('usage_records', { ...call, items });
};
