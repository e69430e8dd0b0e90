import { eventForm } from '../event-payloads';
import { addresses, exampleText, randomSid, type SendKind } from './kind';

const callExample = 'CA0123456789abcdef0123456789abcdef';

/** What every webhook about a call has: https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
const call = {
  sidName: 'CallSid',
  sidPrefixes: ['CA'],
} as const;

export const voiceKinds: readonly SendKind[] = [
  {
    ...call,
    kind: 'call',
    title: 'Status of a call',
    description: 'a status callback of a call',
    fields: ['sid', 'status', 'from', 'to'],
    status: 'completed',
    examples: ['call --from +15550100001 --status ringing', `call --sid ${callExample} --status completed`],
    payload: ({ sid, status = 'completed', ...values }, AccountSid, now) => {
      const { from, to } = addresses(values);
      return eventForm(sid, {
        AccountSid,
        CallSid: sid,
        CallStatus: status,
        From: from,
        To: to,
        Caller: from,
        Called: to,
        Direction: 'inbound',
        ApiVersion: '2010-04-01',
        ...(status === 'completed' ? { CallDuration: '42', Duration: '1' } : {}),
        Timestamp: rfc2822(now),
        CallbackSource: 'call-progress-events',
        SequenceNumber: '0',
      });
    },
  },
  {
    ...call,
    kind: 'recording',
    title: 'Status of a recording',
    description: 'a status callback of the recording of a call',
    fields: ['sid', 'status'],
    status: 'completed',
    examples: ['recording', `recording --sid ${callExample} --status absent`],
    payload: ({ sid, status = 'completed' }, AccountSid, now) => {
      const recordingSid = randomSid('RE');
      return eventForm(sid, {
        AccountSid,
        CallSid: sid,
        RecordingSid: recordingSid,
        RecordingStatus: status,
        RecordingUrl: `https://api.twilio.com/2010-04-01/Accounts/${AccountSid}/Recordings/${recordingSid}`,
        RecordingDuration: '42',
        RecordingChannels: '1',
        RecordingSource: 'DialVerb',
        RecordingStartTime: rfc2822(now),
        ErrorCode: '0',
      });
    },
  },
  {
    ...call,
    kind: 'transcription',
    title: 'Transcription of a recording',
    description: 'the transcription of a recording',
    fields: ['sid', 'status', 'body'],
    status: 'completed',
    examples: ['transcription --body "Please call me back."'],
    payload: ({ sid, status = 'completed', body = exampleText }, AccountSid) =>
      eventForm(sid, {
        AccountSid,
        CallSid: sid,
        CallStatus: 'completed',
        RecordingSid: randomSid('RE'),
        TranscriptionSid: randomSid('TR'),
        TranscriptionStatus: status,
        TranscriptionText: body,
        TranscriptionType: 'fast',
        ApiVersion: '2010-04-01',
      }),
  },
  {
    ...call,
    kind: 'live-transcription',
    title: 'Real-time transcription',
    description: 'an event of a real-time transcription of a call',
    fields: ['sid', 'event', 'body'],
    event: 'transcription-content',
    examples: ['live-transcription --body "Please call me back."', 'live-transcription --event transcription-started'],
    payload: ({ sid, event = 'transcription-content', body = exampleText }, AccountSid, now) =>
      eventForm(sid, {
        AccountSid,
        CallSid: sid,
        TranscriptionSid: randomSid('GT'),
        TranscriptionEvent: event,
        ...(event === 'transcription-content'
          ? { TranscriptionData: JSON.stringify({ transcript: body, confidence: 0.9 }), Final: 'true' }
          : {}),
        Track: 'inbound_track',
        LanguageCode: 'en-US',
        SequenceId: '1',
        Timestamp: now.toISOString(),
      }),
  },
  {
    kind: 'conference',
    title: 'Event of a conference',
    description: 'an event of a conference',
    fields: ['sid', 'event'],
    sidName: 'ConferenceSid',
    sidPrefixes: ['CF'],
    event: 'participant-join',
    examples: ['conference', 'conference --event conference-end'],
    payload: ({ sid, event = 'participant-join' }, AccountSid, now) =>
      eventForm(sid, {
        AccountSid,
        ConferenceSid: sid,
        FriendlyName: 'Example conference',
        StatusCallbackEvent: event,
        ...(event.startsWith('participant-')
          ? { CallSid: randomSid('CA'), Muted: 'false', Hold: 'false', Coaching: 'false' }
          : {}),
        StartConferenceOnEnter: 'true',
        EndConferenceOnExit: 'false',
        SequenceNumber: '1',
        Timestamp: rfc2822(now),
      }),
  },
  {
    ...call,
    kind: 'stream',
    title: 'Event of a media stream',
    description: "an event of a call's media stream",
    fields: ['sid', 'event'],
    event: 'stream-started',
    examples: ['stream', 'stream --event stream-stopped'],
    payload: ({ sid, event = 'stream-started' }, AccountSid, now) =>
      eventForm(sid, {
        AccountSid,
        CallSid: sid,
        StreamSid: randomSid('MZ'),
        StreamName: 'audio',
        StreamEvent: event,
        Timestamp: now.toISOString(),
      }),
  },
  {
    kind: 'caller-id',
    title: 'Verification of a caller ID',
    description: 'the verification of a new caller ID',
    fields: ['sid', 'status', 'to'],
    sidName: 'OutgoingCallerIdSid',
    sidPrefixes: ['PN'],
    status: 'success',
    examples: ['caller-id', 'caller-id --status failed'],
    isOutbound: true,
    payload: ({ sid, status = 'success', ...values }, AccountSid) =>
      eventForm(sid, {
        AccountSid,
        CallSid: randomSid('CA'),
        VerificationStatus: status,
        OutgoingCallerIdSid: sid,
        To: addresses(values, true).to,
      }),
  },
];

/** As Voice writes a time. */
const rfc2822 = (now: Date): string => now.toUTCString().replace('GMT', '+0000');
