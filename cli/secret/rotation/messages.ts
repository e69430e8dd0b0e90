import type { Blocker, RotationStep } from './next-step';

/** What a step does, for people. */
export const stepDescriptions: Readonly<Record<RotationStep, string>> = {
  create: 'create a secondary Auth Token at Twilio and store it as AWSPENDING',
  'prove-pending': 'send a canary signed with the new token: the gateway must accept it',
  wait: 'wait until every environment of the gateway must know the new token',
  promote: 'promote the new token at Twilio, which kills the old one there',
  move: 'move AWSCURRENT to the new token; the old one becomes AWSPREVIOUS',
  'remove-pending-label': 'take the label AWSPENDING off the new token',
  'prove-current': 'send another canary signed with the new token',
};

/** What holds while a step has failed or its outcome is unknown: whatever Twilio signs with is accepted. */
export const stateDuring: Readonly<Record<RotationStep, string>> = {
  create: 'Twilio still signs with the token of AWSCURRENT.',
  'prove-pending': 'Twilio still signs with the token of AWSCURRENT; the new one waits in AWSPENDING.',
  wait: 'Twilio still signs with the token of AWSCURRENT; the new one waits in AWSPENDING.',
  promote: 'The gateway accepts both tokens, AWSCURRENT and AWSPENDING, whichever Twilio signs with.',
  move: 'Twilio signs with the new token, which the gateway accepts as AWSPENDING.',
  'remove-pending-label': 'Twilio signs with the new token, and it is AWSCURRENT.',
  'prove-current': 'Twilio signs with the new token, and it is AWSCURRENT.',
};

/** Why a rotation cannot go on by itself, and the next step. `{rotate}` and `{set}` are commands. */
export const blockerMessages: Readonly<Record<Blocker, string>> = {
  'current-refused':
    'Twilio refuses the token of AWSCURRENT, and no other that is stored is the primary one: it was changed elsewhere. ' +
    'Next: take the primary Auth Token from the Twilio console, {set}',
  'current-secondary':
    'The token of AWSCURRENT is the secondary one at Twilio, which signs nothing. ' +
    'Next: take the primary Auth Token from the Twilio console, {set}',
  'pending-refused':
    'AWSPENDING holds a token that Twilio refuses: its secondary token was deleted or replaced there. ' +
    'Next: {rotate} --cancel, and then rotate again',
  'pending-unusable':
    'AWSPENDING holds no Auth Token of this account. If no other rotation is at work on this secret, next: {rotate} --cancel, and then rotate again',
};
