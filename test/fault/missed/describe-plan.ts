import { describeFault } from '../history/describe-plan';
import type { MissedPlan, MissedStep } from './plan';

const describeStep = ({ requests }: MissedPlan, step: MissedStep): string => {
  const nature = (id: string): string => {
    const request = requests.find((candidate) => candidate.id === id);
    return `${id} (${request?.route ?? '?'}, ${request?.way ?? '?'}, ${request?.forgery ?? 'genuine'})`;
  };
  switch (step.kind) {
    case 'send':
    case 'send-late':
      return `${step.kind} ${nature(step.request)}`;
    case 'reconcile': {
      const late =
        step.late === undefined ? '' : `; ${step.late.when}, ${step.late.requests.map(nature).join(', ')} arrive`;
      return `reconcile, ${step.atOnce} at once${late}`;
    }
    case 'lane-restarts':
      return `${step.kind}, ${step.failingReads} reads of secrets fail`;
    case 'await-answers':
    case 'outage-begins':
    case 'outage-ends':
    case 'settle':
      return step.kind;
  }
};

/** A readable plan: its conditions, its steps, then its faults, one per line. */
export const describeMissedPlan = (plan: MissedPlan): readonly string[] => [
  `${plan.steps.length} steps, ${plan.faults.length} faults; statuses: ${plan.statuses}; ` +
    `clocks ${JSON.stringify(plan.clocksMs)}; lists ${JSON.stringify(plan.lists)}:`,
  ...plan.steps.map((step) => `  ${describeStep(plan, step)}`),
  ...plan.faults.map(describeFault),
];
