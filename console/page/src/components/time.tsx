import { useEffect, useState } from 'preact/hooks';
import { exactText, logText, preciseText, relativeText } from '../text/time-text';

const tickMs = 10_000;
const listeners = new Set<(now: Date) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer serves every time on the page. */
const onTick = (listener: (now: Date) => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((each) => each(new Date())), tickMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

const formats = { relative: relativeText, log: logText, precise: preciseText, exact: exactText } as const;

/**
 * When something was; the exact time is the title.
 * @param as `relative` such as `5 min ago`; `log` such as `14:03:22`; `precise` such as `14:03:22.123`; `exact` in full
 */
export const Time = ({ at, as = 'relative' }: { readonly at: string | null; readonly as?: keyof typeof formats }) => {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => onTick(setNow), []);
  const date = new Date(at ?? Number.NaN);
  if (at === null || Number.isNaN(date.getTime())) return <span class="time">–</span>;
  return (
    <time class="time" dateTime={at} title={exactText(date)}>
      {formats[as](date, now)}
    </time>
  );
};
