import { debuggerEvent, eventBatch, eventStreamsBatch, usageTrigger } from '../event-payloads';
import { addresses, exampleText, randomSid, type SendKind } from './kind';

export const eventStreams: SendKind = {
  kind: 'event-streams',
  title: 'Batch of Event Streams',
  description: 'a batch of Event Streams',
  fields: ['from', 'to', 'body', 'sid'],
  sidName: 'EventSid',
  sidPrefixes: ['EZ'],
  examples: ['event-streams', 'event-streams --repeat 2'],
  payload: ({ sid, body = exampleText, ...values }, accountSid, now) =>
    eventStreamsBatch({ ...addresses(values), body, sid, accountSid, now }),
};

/** Usage triggers, the Debugger, and what Twilio sends as JSON. */
export const accountKinds: readonly SendKind[] = [
  {
    kind: 'usage',
    title: 'Usage trigger that has fired',
    description: 'a usage trigger that has fired',
    fields: ['sid'],
    sidName: 'UsageTriggerSid',
    sidPrefixes: ['UT'],
    examples: ['usage', 'usage --sid UT0123456789abcdef0123456789abcdef --repeat 3'],
    payload: ({ sid }, accountSid, now) => usageTrigger({ sid, accountSid, now }),
  },
  {
    kind: 'event',
    title: 'Event of the Debugger',
    description: 'a Debugger event, or a batch of Event Streams',
    fields: ['body', 'sid'],
    sidName: 'EventSid',
    sidPrefixes: ['NO', 'EZ'],
    examples: ['event', 'event --json-events --repeat 2'],
    payload: ({ sid, body = exampleText }, accountSid, now) => debuggerEvent({ sid, body, accountSid, now }),
  },
  eventStreams,
  {
    kind: 'studio',
    title: 'Execution of a Studio flow',
    description: 'an execution of a Studio flow, by Event Streams',
    fields: ['sid', 'event'],
    sidName: 'ExecutionSid',
    sidPrefixes: ['FN'],
    event: 'com.twilio.studio.flow.execution.started',
    examples: ['studio', 'studio --event com.twilio.studio.flow.execution.ended'],
    payload: ({ sid, event = 'com.twilio.studio.flow.execution.started' }, accountSid, now) => {
      const flowSid = randomSid('FW');
      return eventBatch(sid, {
        type: event,
        source: `/v2/Flows/${flowSid}/Executions/${sid}`,
        id: randomSid('EZ'),
        time: now.toISOString(),
        data: { account_sid: accountSid, flow_sid: flowSid, execution_sid: sid, started_at: now.toISOString() },
      });
    },
  },
  {
    kind: 'intelligence',
    title: 'Transcript of Conversational Intelligence',
    description: 'a transcript of Conversational Intelligence',
    fields: ['sid'],
    sidName: 'transcript_sid',
    sidPrefixes: ['GT'],
    examples: ['intelligence'],
    payload: ({ sid }, accountSid) => ({
      route: 'events',
      kind: 'event',
      sid,
      content: {
        type: 'json',
        value: {
          account_sid: accountSid,
          service_sid: randomSid('GA'),
          transcript_sid: sid,
          customer_key: null,
          event_type: 'voice_intelligence_transcript_available',
        },
      },
    }),
  },
];
