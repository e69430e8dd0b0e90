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

export type RotationStep =
  'create' | 'prove-pending' | 'wait' | 'promote' | 'move' | 'remove-pending-label' | 'prove-current';
export type Blocker = 'current-refused' | 'current-secondary' | 'pending-refused' | 'pending-unusable';
export type Next =
  | { readonly kind: 'step'; readonly step: RotationStep }
  | { readonly kind: 'done' }
  | { readonly kind: 'blocked'; readonly blocker: Blocker };

const step = (name: RotationStep): Next => ({ kind: 'step', step: name });
const blocked = (blocker: Blocker): Next => ({ kind: 'blocked', blocker });

/** Whether Twilio signs with the pending token already. What it does not say follows from its refusing the current one. */
export const isPromoted = ({ current, pending }: Pick<RotationState, 'current' | 'pending'>): boolean =>
  pending === 'primary' || (pending === 'accepted' && current === 'refused');

const withoutPending = (state: RotationState, progress: Progress): Next => {
  if (state.current === 'refused') return blocked('current-refused');
  if (state.current === 'secondary') return blocked('current-secondary');
  if (state.isPendingLabelLeft) return step('remove-pending-label');
  if (!state.isJustRotated || progress.isNewRotationWanted) return step('create');
  return progress.isCurrentProven ? { kind: 'done' } : step('prove-current');
};

/** The rotation as a function of what is so: whatever was interrupted, the same function says how it goes on. */
export const nextStep = (state: RotationState, progress: Progress): Next => {
  const { pending, current } = state;
  if (pending === 'none') return withoutPending(state, progress);
  if (isPromoted(state)) return step('move');
  if (current === 'refused') return blocked('current-refused');
  if (pending === 'unusable') return blocked('pending-unusable');
  if (pending === 'refused') return blocked('pending-refused');
  if (!progress.isPendingProven) return step('prove-pending');
  return progress.isPendingKnownEverywhere ? step('promote') : step('wait');
};

/** What is so once a step has been taken, as far as it can be foreseen. */
const after = (state: RotationState, progress: Progress, taken: RotationStep): [RotationState, Progress] => {
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
    case 'remove-pending-label':
      return [{ ...state, isPendingLabelLeft: false }, progress];
    case 'prove-current':
      return [state, { ...progress, isCurrentProven: true }];
  }
};

/** Every step from here to the end, for a dry run. */
export const remainingSteps = (state: RotationState, progress: Progress): readonly RotationStep[] => {
  const next = nextStep(state, progress);
  if (next.kind !== 'step') return [];
  return [next.step, ...remainingSteps(...after(state, progress, next.step))];
};
