import type { FaultRule } from './fault-rules';
import type { Plan, Step } from './plan';

const describeStep = (plan: Plan, step: Step): string => {
  switch (step.kind) {
    case 'send':
    case 'send-late':
    case 'send-cut': {
      const request = plan.requests.find(({ id }) => id === step.request);
      const nature =
        request?.cutOf !== undefined
          ? `a cut of ${request.cutOf}`
          : request?.forgery === undefined
            ? 'genuine'
            : `forged: ${request.forgery}`;
      return `${step.kind} ${step.request} (${request?.route ?? '?'}, ${nature})`;
    }
    case 'await-answers':
    case 'poison':
    case 'rotate':
    case 'finish-rotation':
    case 'redrive':
    case 'snapshot':
      return step.kind;
  }
};

/** A readable plan: its steps, then its faults, one per line. */
export const describePlan = (plan: Plan): readonly string[] => [
  `${plan.steps.length} steps, ${plan.faults.length} faults:`,
  ...plan.steps.map((step) => `  ${describeStep(plan, step)}`),
  ...plan.faults.map(describeFault),
];

export const describeFault = ({ action, about, skip, times, kind }: FaultRule): string =>
  `  fault: ${kind}, at ${action}${about === '' ? '' : ` about ${about}`}, ${times} times after ${skip}`;
