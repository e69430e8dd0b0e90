import type { Health } from '../../api';
import type { Backend } from '../../../cli/clients/ports';
import type { Post } from '../../../cli/clients/post';
import { createCheckRunner, mergeResults, type DoctorFinding, type DoctorResult } from '../../../cli/doctor/finding';
import { checkGateway } from '../../../cli/doctor/gateway-checks';
import { checkStage } from '../../../cli/doctor/stage-checks';
import { stageOptionOf } from '../../../cli/target/target';

type Finding = Health['findings'][number];

/** The checks, by their names in `doctor --json`, with the text for a check that found nothing. */
const passed: Readonly<Record<string, { readonly title: string; readonly text: string }>> = {
  unreachable: { title: 'Webhook URLs', text: 'The gateway answers at each of its URLs.' },
  secret: { title: 'Account secrets', text: 'Each secret holds an Auth Token that can be used.' },
  'dead-letters': { title: 'Dead letters', text: 'The dead-letter queue of the consumer is empty.' },
  alarms: { title: 'Alarms', text: 'Somebody is notified of alarms.' },
  'termination-protection': { title: 'Termination protection', text: 'Nothing to report.' },
  'basic-auth': { title: 'Basic authentication', text: 'Nothing to report.' },
  'stage-in-url': { title: 'URL without the stage', text: 'Nothing to report.' },
  'lambda-concurrency': { title: 'Concurrency of Lambda', text: 'Nothing to report.' },
  capacity: { title: 'Capacity', text: 'Nothing to report.' },
};

/** Reported only where it applies: a stage without it has nothing to report. */
const onlyIfFound = ['termination-protection', 'basic-auth', 'stage-in-url', 'lambda-concurrency', 'capacity'];

const titleOf = (check: string): string => passed[check]?.title ?? check;

export const problemFinding = (title: string, text: string): Finding => ({
  level: 'problem',
  title,
  text,
  advice: null,
});

const findingOf = ({ level, check, subject, text, next }: DoctorFinding): Finding => ({
  level: level === 'problem' ? 'problem' : 'warning',
  title: titleOf(check),
  text: `${subject}: ${text}`,
  advice: next,
});

/** Everything that was found, then everything that is in order or was not checked. */
export const healthFindings = ({ findings, facts = [], skipped }: DoctorResult): readonly Finding[] => {
  const reported = new Set([...findings, ...facts, ...skipped].map(({ check }) => check));
  const inOrder = Object.keys(passed).filter((check) => !reported.has(check) && !onlyIfFound.includes(check));
  return [
    ...findings.map(findingOf),
    ...inOrder.map((check): Finding => ({
      level: 'ok',
      title: titleOf(check),
      text: passed[check]?.text ?? '',
      advice: null,
    })),
    ...facts.map(({ check, text }): Finding => ({ level: 'ok', title: titleOf(check), text, advice: null })),
    ...skipped.map(({ check, reason }): Finding => ({
      level: 'not_checked',
      title: titleOf(check),
      text: reason,
      advice: null,
    })),
  ];
};

/** The checks of `doctor` at the gateway's side: nothing is asked of Twilio. */
export const findingsOf = async (backend: Backend, post: Post, signal: AbortSignal): Promise<readonly Finding[]> => {
  const runCheck = createCheckRunner(signal);
  const results = await Promise.all([
    checkGateway(backend, post, stageOptionOf(backend.target), runCheck),
    checkStage(backend, post, signal, runCheck),
  ]);
  return healthFindings(mergeResults(results));
};
