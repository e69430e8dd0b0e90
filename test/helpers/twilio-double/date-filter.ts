/**
 * The filter of a list by a date: a whole day, or with `>` and `<` an inclusive limit in seconds, all in GMT. Written
 * apart from the stand-in's, so that one checks the other.
 */
export const dateFilter = (query: URLSearchParams, name: string): ((time: number | undefined) => boolean) => {
  const limits = ['', '>', '<'].map((suffix) => query.get(name + suffix));
  const [day, after, before] = limits.map((text) => (text === null ? undefined : new Date(text)));
  return (time) => {
    if (limits.every((text) => text === null)) return true;
    if (time === undefined) return false;
    const text = new Date(time).toISOString();
    return (
      (day === undefined || text.slice(0, 10) === day.toISOString().slice(0, 10)) &&
      (after === undefined || text.slice(0, 19) >= after.toISOString().slice(0, 19)) &&
      (before === undefined || text.slice(0, 19) <= before.toISOString().slice(0, 19))
    );
  };
};
