/** A token at Twilio: `primary` signs webhooks, `secondary` can be promoted. */
export type TokenRole =
  | 'primary'
  | 'secondary'
  /** Valid, but Twilio does not say which of the two. */
  | 'accepted'
  | 'refused';

/** Everything that decides the next step, read from Twilio and Secrets Manager before each step. */
export interface RotationState {
  readonly current: TokenRole;
  /** The token in AWSPENDING; `unusable` is not a token of this account. */
  readonly pending: TokenRole | 'unusable' | 'none';
  /** AWSPENDING is still on the version that AWSCURRENT was moved to. */
  readonly isPendingLabelLeft: boolean;
  /** AWSPREVIOUS holds a token that Twilio refuses and the gateway still accepts. */
  readonly isJustRotated: boolean;
}

/** Facts that no service stores. They are established again after an interruption. */
export interface Progress {
  readonly isPendingProven: boolean;
  readonly isPendingKnownEverywhere: boolean;
  readonly isCurrentProven: boolean;
  /** Start a rotation although one has just been completed. */
  readonly isNewRotationWanted: boolean;
}

export type RotationStep = 'create' | 'prove-pending' | 'wait' | 'promote' | 'move' | 'tidy' | 'prove-current';
export type Blocker = 'current-refused' | 'current-secondary' | 'pending-refused' | 'pending-unusable';
export type Next =
  | { readonly kind: 'step'; readonly step: RotationStep }
  | { readonly kind: 'done' }
  | { readonly kind: 'blocked'; readonly blocker: Blocker };

const step = (name: RotationStep): Next => ({ kind: 'step', step: name });
const blocked = (blocker: Blocker): Next => ({ kind: 'blocked', blocker });

/** Whether Twilio already signs with the pending token: it says so, or it refuses the current one. */
export const isPromoted = ({ current, pending }: Pick<RotationState, 'current' | 'pending'>): boolean =>
  pending === 'primary' || (pending === 'accepted' && current === 'refused');

const withoutPending = (state: RotationState, progress: Progress): Next => {
  if (state.current === 'refused') return blocked('current-refused');
  if (state.current === 'secondary') return blocked('current-secondary');
  if (state.isPendingLabelLeft) return step('tidy');
  if (!state.isJustRotated || progress.isNewRotationWanted) return step('create');
  return progress.isCurrentProven ? { kind: 'done' } : step('prove-current');
};

/** The next step depends on the state only, so an interrupted rotation continues like any other. */
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

/** The expected state after a step. */
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
      return [{ current: 'primary', pending: 'none', isPendingLabelLeft: true, isJustRotated: true }, progress];
    case 'tidy':
      return [{ ...state, isPendingLabelLeft: false }, progress];
    case 'prove-current':
      return [state, { ...progress, isCurrentProven: true }];
  }
};

/** All remaining steps, for a dry run. */
export const remainingSteps = (state: RotationState, progress: Progress): readonly RotationStep[] => {
  const next = nextStep(state, progress);
  if (next.kind !== 'step') return [];
  return [next.step, ...remainingSteps(...after(state, progress, next.step))];
};
