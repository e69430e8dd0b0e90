import type { Health } from '../../../../api';

type Finding = Health['findings'][number];
export type Level = Finding['level'];

export const levelLabels: Readonly<Record<Level, string>> = {
  problem: 'Problem',
  warning: 'Warning',
  not_checked: 'Not checked',
  ok: 'OK',
};

const order: readonly Level[] = ['problem', 'warning', 'not_checked', 'ok'];

/** The worst first, else as the gateway lists them. */
export const byLevel = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));

/** `OK`, `Alarm`, `Insufficient data`. */
export const stateLabel = (state: string): string => {
  if (state === 'OK') return state;
  const words = state.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const counted = (count: number, word: string): readonly string[] =>
  count === 0 ? [] : [count === 1 ? `1 ${word}` : `${count} ${word}s`];

/** `1 problem, 2 warnings, 1 alarm.` */
export const describeHealth = ({ findings, alarms }: Health): string => {
  const of = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const parts = [
    ...counted(of('problem'), 'problem'),
    ...counted(of('warning'), 'warning'),
    ...counted(alarms.filter(({ state }) => state === 'ALARM').length, 'alarm'),
  ];
  return parts.length === 0 ? 'No problems, no alarms.' : `${parts.join(', ')}.`;
};
