/** Keeps a time, in milliseconds since 1970, or null where there is none. */
export type DateFilter = (time: number | null) => boolean;

const dayMs = 24 * 60 * 60 * 1000;

/** A day is 24 hours; with a time it is a second, which is what the API shows. */
const intervalOf = (text: string): readonly [number, number] | undefined => {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const hasZone = isDay || !/^\d{4}-\d{2}-\d{2}[T ][\d:.]+$/.test(text);
  const begin = Date.parse(hasZone ? text : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(begin)) return undefined;
  const second = Math.floor(begin / 1000) * 1000;
  return isDay ? [begin, begin + dayMs] : [second, second + 1000];
};

/**
 * The filter by a date: `<name>=` a day, `<name>>=` and `<name><=` a day or a time, in GMT, both inclusive. An item
 * without the date passes only without a filter.
 * @returns undefined if a date is not one
 * @see https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export const dateFilter = (query: URLSearchParams, name: string): DateFilter | undefined => {
  let [from, until] = [-Infinity, Infinity];
  let isFiltered = false;
  for (const suffix of ['', '>', '<']) {
    const text = query.get(`${name}${suffix}`) ?? '';
    if (text === '') continue;
    const interval = intervalOf(suffix === '' ? text.slice(0, 10) : text);
    if (interval === undefined) return undefined;
    isFiltered = true;
    if (suffix !== '<') from = Math.max(from, interval[0]);
    if (suffix !== '>') until = Math.min(until, interval[1]);
  }
  return (time) => !isFiltered || (time !== null && time >= from && time < until);
};
