import type { Blocker, RotationStep } from './next-step';

export const stepDescriptions: Readonly<Record<RotationStep, string>> = {
  create: 'create a secondary Auth Token at Twilio and store it as AWSPENDING',
  'prove-pending': 'send a canary signed with the new token: the gateway must accept it',
  wait: 'wait until every environment of the gateway has read the new token',
  promote: 'promote the new token at Twilio, which revokes the old one there',
  move: 'move AWSCURRENT to the new token; the old one becomes AWSPREVIOUS',
  tidy: 'remove the label AWSPENDING from the new token',
  'prove-current': 'send another canary signed with the new token',
};

/** The state after a step that failed or whose outcome is unknown: the gateway accepts every token in use. */
export const stateDuring: Readonly<Record<RotationStep, string>> = {
  create: 'Twilio still signs with the token in AWSCURRENT.',
  'prove-pending': 'Twilio still signs with the token in AWSCURRENT; the new one waits in AWSPENDING.',
  wait: 'Twilio still signs with the token in AWSCURRENT; the new one waits in AWSPENDING.',
  promote: 'The gateway accepts both tokens, AWSCURRENT and AWSPENDING, whichever Twilio signs with.',
  move: 'Twilio signs with the new token, which the gateway accepts as AWSPENDING.',
  tidy: 'Twilio signs with the new token, and it is AWSCURRENT.',
  'prove-current': 'Twilio signs with the new token, and it is AWSCURRENT.',
};

/** Why a rotation cannot continue, and what to do. `{rotate}` and `{set}` are replaced by commands. */
export const blockerMessages: Readonly<Record<Blocker, string>> = {
  'current-refused':
    'Twilio refuses the token in AWSCURRENT, and no other stored token is the primary one: it was changed elsewhere. ' +
    'Next: copy the primary Auth Token from the Twilio console, then {set}',
  'current-secondary':
    'The token in AWSCURRENT is the secondary one at Twilio, which signs nothing. ' +
    'Next: copy the primary Auth Token from the Twilio console, then {set}',
  'pending-refused':
    'AWSPENDING holds a token that Twilio refuses: its secondary token was deleted or replaced there. ' +
    'Next: {rotate} --cancel, and then rotate again',
  'pending-unusable':
    'AWSPENDING holds no Auth Token of this account. ' +
    'If no other rotation uses this secret, next: {rotate} --cancel, and then rotate again',
};
