const minute = 60;
const hour = 60 * minute;
const dayLength = 24 * hour;

const pad = (value: number): string => String(value).padStart(2, '0');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const dateText = (date: Date, now: Date): string => {
  const text = `${months[date.getMonth()] ?? ''} ${date.getDate()}`;
  return date.getFullYear() === now.getFullYear() ? text : `${text}, ${date.getFullYear()}`;
};

const isSameDay = (left: Date, right: Date): boolean => left.toDateString() === right.toDateString();

/** Such as `14:03:22`, in the time zone of the browser. */
export const clockText = (date: Date): string =>
  `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;

/** Such as `just now`, `40 s ago`, `5 min ago`, `Nov 26, 2025`. */
export const relativeText = (date: Date, now: Date): string => {
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  if (seconds < -5) return `${dateText(date, now)} ${clockText(date).slice(0, 5)}`;
  if (seconds < 5) return 'just now';
  if (seconds < minute) return `${seconds} s ago`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min ago`;
  if (seconds < dayLength) return `${Math.floor(seconds / hour)} h ago`;
  if (seconds < 7 * dayLength) return `${Math.floor(seconds / dayLength)} d ago`;
  return dateText(date, now);
};

/** The time of today, the date and time of another day. */
export const logText = (date: Date, now: Date): string =>
  isSameDay(date, now) ? clockText(date) : `${dateText(date, now)} ${clockText(date).slice(0, 5)}`;

/** As `logText`, to the millisecond: for times that lie close together. */
export const preciseText = (date: Date, now: Date): string => {
  const time = `${clockText(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
  return isSameDay(date, now) ? time : `${dateText(date, now)} ${time}`;
};

/** Such as `Today`, `Yesterday`, `Monday, Nov 24`. */
export const dayText = (date: Date, now: Date): string => {
  if (isSameDay(date, now)) return 'Today';
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (isSameDay(date, yesterday)) return 'Yesterday';
  return `${weekdays[date.getDay()] ?? ''}, ${dateText(date, now)}`;
};

/** In full, with milliseconds and the offset from UTC. */
export const exactText = (date: Date): string => {
  const offset = -date.getTimezoneOffset();
  const zone = `UTC${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${clockText(date)}.${milliseconds} ${zone}`;
};

/** Such as `340 ms`, `1.2 s`, `3 min`. */
export const durationText = (milliseconds: number): string => {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.round(milliseconds / 60_000)} min`;
};
