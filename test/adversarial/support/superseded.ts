/**
 * Cases of the fixture that expect a verified request to be rejected for its content. Twilio does not retry after 4xx,
 * so the webhook would be lost: every verified request is accepted, and stored as unrecognized if it cannot be read.
 */
export interface Superseding {
  readonly status: number;
  readonly because: string;
}

const unrecognized = 'it is verified, so it is stored as an unrecognized event';
const otherReading = 'the first reading of a signed text is stored, and any other one is counted and dropped';

export const superseded: Readonly<Record<string, Superseding>> = {
  'ING-Q-GLUE': { status: 200, because: otherReading },
  'ING-F-EMPTY': { status: 200, because: unrecognized },
  'ING-F-DUPSIGNED': {
    status: 200,
    because: 'it is verified; only a repeated parameter that identifies the message makes it unrecognized',
  },
  'ING-F-REKEYSID': { status: 200, because: otherReading },
  'ING-J-SYNTAX': { status: 204, because: unrecognized },
  'ING-T-MISSINGACC': {
    status: 200,
    because:
      'some products send no AccountSid, so the configured accounts are tried and the one that verifies is recorded',
  },
  'ING-T-FORMAT': {
    status: 200,
    because: 'a malformed AccountSid names no account, and a malformed MessageSid no message',
  },
};
