import { isLocal, stageOptionOf, type Target } from '../target/target';
import { describeFailure } from '../terminal/failure';
import { cli } from '../terminal/program-name';

/** Something that is wrong or could be better, and what to do about it. */
export interface DoctorFinding {
  /** `problem` makes the doctor's exit status 1; `advice` does not. */
  readonly level: 'problem' | 'advice';
  /** The check's name, for programs. */
  readonly check: string;
  /** A phone number, a SID, a URL or a secret's account. */
  readonly subject: string;
  readonly text: string;
  /** The next command, or what else to do. */
  readonly next: string;
}

export interface SkippedCheck {
  readonly check: string;
  readonly reason: string;
  /** False if there is nothing to check: the local gateway has no alarms. True if nobody knows the result. */
  readonly applies: boolean;
}

export interface DoctorResult {
  readonly findings: readonly DoctorFinding[];
  /** Checks that were not made, and why. */
  readonly skipped: readonly SkippedCheck[];
  /** Measured values that are fine. */
  readonly facts?: readonly { readonly check: string; readonly text: string }[];
}

export const problem = (check: string, subject: string, text: string, next: string): DoctorFinding => ({
  level: 'problem',
  check,
  subject,
  text,
  next,
});

export const advice = (check: string, subject: string, text: string, next: string): DoctorFinding => ({
  ...problem(check, subject, text, next),
  level: 'advice',
});

export const onlyFindings = (...findings: readonly DoctorFinding[]): DoctorResult => ({
  findings,
  skipped: [],
});
export const onlySkipped = (check: string, reason: string): DoctorResult => ({
  findings: [],
  skipped: [{ check, reason, applies: true }],
});
/** There is nothing to check. */
export const notApplicable = (check: string, reason: string): DoctorResult => ({
  findings: [],
  skipped: [{ check, reason, applies: false }],
});
export const onlyFact = (check: string, text: string): DoctorResult => ({
  findings: [],
  skipped: [],
  facts: [{ check, text }],
});

export const mergeResults = (parts: readonly DoctorResult[]): DoctorResult => ({
  findings: parts.flatMap(({ findings }) => findings),
  skipped: parts.flatMap(({ skipped }) => skipped),
  facts: parts.flatMap(({ facts = [] }) => facts),
});

/** Runs one check. An error becomes a finding, so that the other checks still run. */
export type CheckRunner = (check: string, run: () => Promise<DoctorResult>) => Promise<DoctorResult>;

/** @param signal if aborted, errors are thrown */
export const createCheckRunner =
  (signal: AbortSignal, target?: Target): CheckRunner =>
  async (check, run) => {
    try {
      return await run();
    } catch (error) {
      if (signal.aborted) throw error;
      const stageOption = target === undefined ? '' : stageOptionOf(target);
      const isDeployed = target === undefined ? undefined : !isLocal(target);
      const [text = '', ...rest] = describeFailure(error, signal, { isDeployed }).text.split('\n');
      const next = rest.find((line) => line.startsWith('Next: '))?.slice('Next: '.length);
      const finding = problem(
        check,
        'doctor',
        `this could not be checked: ${text}`,
        next ?? `fix that, then run \`${cli} doctor${stageOption}\` again`,
      );
      return { findings: [finding], skipped: [] };
    }
  };
