/** What Twilio makes of a token: the one that signs webhooks, the one that is to follow it, or neither. */
export type TokenRole =
  | 'primary'
  | 'secondary'
  /** Good, but Twilio does not say which of the two. */
  | 'accepted'
  | 'refused';

/** Everything that decides how to go on, read anew from Twilio and Secrets Manager before each step. */
export interface RotationState {
  readonly current: TokenRole;
  /** The token under AWSPENDING; `unusable` is no token of this account. */
  readonly pending: TokenRole | 'unusable' | 'none';
  /** A move of AWSCURRENT leaves AWSPENDING on the same version. */
  readonly isPendingLabelLeft: boolean;
  /** AWSPREVIOUS holds a token that Twilio refuses, and the gateway still accepts: a rotation has just ended. */
  readonly isJustRotated: boolean;
}

/** What no service remembers, and what is therefore done again after an interruption. */
export interface Progress {
  readonly isPendingProven: boolean;
  readonly isPendingKnownEverywhere: boolean;
  readonly isCurrentProven: boolean;
  /** Start a rotation although one has just ended. */
  readonly isNewRotationWanted: boolean;
}

export type Step = 'create' | 'prove-pending' | 'wait' | 'promote' | 'move' | 'tidy' | 'prove-current';
export type Blocker = 'current-refused' | 'current-secondary' | 'pending-refused' | 'pending-unusable';
export type Next =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'done' }
  | { readonly kind: 'stuck'; readonly obstacle: Blocker };

const step = (name: Step): Next => ({ kind: 'step', step: name });
const stuck = (obstacle: Blocker): Next => ({ kind: 'stuck', obstacle });

/** Whether Twilio signs with the pending token already. What it does not say follows from its refusing the current one. */
export const isPromoted = ({ current, pending }: Pick<RotationState, 'current' | 'pending'>): boolean =>
  pending === 'primary' || (pending === 'accepted' && current === 'refused');

const withoutPending = (state: RotationState, progress: Progress): Next => {
  if (state.current === 'refused') return stuck('current-refused');
  if (state.current === 'secondary') return stuck('current-secondary');
  if (state.isPendingLabelLeft) return step('tidy');
  if (!state.isJustRotated || progress.isNewRotationWanted) return step('create');
  return progress.isCurrentProven ? { kind: 'done' } : step('prove-current');
};

/** The rotation as a function of what is so: whatever was interrupted, the same function says how it goes on. */
export const nextStep = (state: RotationState, progress: Progress): Next => {
  const { pending, current } = state;
  if (pending === 'none') return withoutPending(state, progress);
  if (isPromoted(state)) return step('move');
  if (current === 'refused') return stuck('current-refused');
  if (pending === 'unusable') return stuck('pending-unusable');
  if (pending === 'refused') return stuck('pending-refused');
  if (!progress.isPendingProven) return step('prove-pending');
  return progress.isPendingKnownEverywhere ? step('promote') : step('wait');
};

/** What is so once a step has been taken, as far as it can be foreseen. */
const after = (state: RotationState, progress: Progress, taken: Step): [RotationState, Progress] => {
  switch (taken) {
    case 'create':
      return [
        { ...state, pending: 'secondary' },
        { ...progress, isNewRotationWanted: false },
      ];
    case 'prove-pending':
      return [state, { ...progress, isPendingProven: true }];
    case 'wait':
      return [state, { ...progress, isPendingKnownEverywhere: true }];
    case 'promote':
      return [{ ...state, pending: 'primary', current: 'refused' }, progress];
    case 'move':
      return [
        { current: 'primary', pending: 'none', isPendingLabelLeft: true, isJustRotated: true },
        progress,
      ];
    case 'tidy':
      return [{ ...state, isPendingLabelLeft: false }, progress];
    case 'prove-current':
      return [state, { ...progress, isCurrentProven: true }];
  }
};

/** Every step from here to the end, for a dry run. */
export const remainingSteps = (state: RotationState, progress: Progress): readonly Step[] => {
  const next = nextStep(state, progress);
  if (next.kind !== 'step') return [];
  return [next.step, ...remainingSteps(...after(state, progress, next.step))];
};
