import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** The parts of a GitHub workflow that the checks read. */
export interface Workflow {
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The text of a workflow as an object. */
export const readWorkflow = (text: string): Workflow => parse(text) as Workflow;

/** An action of GitHub's own by its commit, and the version in a comment, for updates. */
const pinned = /^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const unpinnedActions = (text: string): readonly string[] =>
  [...text.matchAll(/^ *-? *uses: *(.*)$/gm)]
    .map(([, use = '']) => use)
    .filter((use) => !pinned.test(use))
    .map((use) => `${use} is not an action of GitHub pinned to a commit`);

/** Expressions are pasted into the script, so that a branch name could be a command. Variables are not. */
const scriptProblems = (step: Step): readonly string[] =>
  step.run?.includes('${{') === true ? [`an expression in the script ${step.run}`] : [];

const checkoutProblems = (step: Step): readonly string[] =>
  step.uses?.startsWith('actions/checkout@') === true && step.with?.['persist-credentials'] !== false
    ? ['a checkout leaves credentials in the clone']
    : [];

const writes = (permissions: unknown): boolean =>
  typeof permissions === 'string' ? permissions !== 'read-all' : Object.values(permissions ?? {}).includes('write');

/** Code that is not of GitHub or npm: what a checkout brings, and what an installation runs. */
const runsForeignCode = ({ uses = '', run = '' }: Step): boolean =>
  uses.startsWith('actions/checkout@') || /\b(?:npx|npm (?:ci|cit|i|install|run|test|exec)|bash|node -)/.test(run);

const jobProblems = ([name, job]: readonly [string, Job]): readonly string[] => [
  ...(job['timeout-minutes'] === undefined ? [`${name} has no time limit`] : []),
  ...(writes(job.permissions) && job.steps.some(runsForeignCode)
    ? [`${name} may write, and runs code of dependencies or of the repository`]
    : []),
  ...job.steps.flatMap((step) => [...scriptProblems(step), ...checkoutProblems(step)]),
];

/** What is wrong with a workflow, one line each. */
export const workflowProblems = (text: string): readonly string[] => {
  const workflow = readWorkflow(text);
  return [
    ...unpinnedActions(text),
    ...(workflow.permissions === undefined ? ['without permissions, every job gets those of the repository'] : []),
    ...(writes(workflow.permissions) ? ['all jobs may write'] : []),
    // Runs with the permissions and the secrets of main on the code of a stranger.
    ...(text.includes('pull_request_target') || text.includes('workflow_run')
      ? ['a trigger with the permissions of main']
      : []),
    ...[...text.matchAll(/\bsecrets\.\w+|\b\w*(?:NPM|NODE_AUTH)_?TOKEN\b/g)].map(([token]) => `${token} lives long`),
    ...Object.entries(workflow.jobs).flatMap(jobProblems),
  ];
};
