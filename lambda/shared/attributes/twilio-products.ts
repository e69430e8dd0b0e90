/** A kind of webhook, what it is about, and what has happened. `docs/events.md` has an example of each. */
export interface TwilioProduct {
  readonly name: string;
  /** Parameters that only this product sends: any of them is enough. None: everything else. */
  readonly has: readonly string[];
  /** Its subject is in the first of these that contains a SID. */
  readonly subject: readonly string[];
  readonly type: EventTypeRule;
}

/**
 * Twilio's own name of the event, unchanged, where a parameter has one. Else the name of the resource, a dot, and
 * Twilio's status in lower case: `call.completed`.
 */
export interface EventTypeRule {
  readonly event?: string;
  readonly resource?: string;
  /** The first of these that is there. */
  readonly status?: readonly string[];
  readonly always?: string;
}

/**
 * The most specific product comes first, because a webhook about a recording also has the parameters of a call. The
 * subject is the resource whose history a query should show. So a call, its recordings and their transcriptions have
 * the same subject, and so do a conversation and its messages, or a task and its reservations.
 */
export const twilioProducts: readonly TwilioProduct[] = [
  // The trigger: the REST API takes its SID.
  {
    name: 'Usage triggers',
    has: ['UsageTriggerSid'],
    subject: ['UsageTriggerSid'],
    type: { always: 'usage-trigger.fired' },
  },
  // The conversation, not the message in it: messages and participants come and go.
  {
    name: 'Conversations',
    has: ['ConversationSid', 'UserSid'],
    subject: ['ConversationSid', 'UserSid'],
    type: { event: 'EventType' },
  },
  // The task, not the reservation: a task has a reservation for each worker who is asked. Other events have no task.
  {
    name: 'TaskRouter',
    has: ['WorkspaceSid'],
    subject: ['TaskSid', 'WorkerSid', 'ResourceSid'],
    type: { event: 'EventType' },
  },
  // The execution: the flow is the same for everybody.
  { name: 'Studio', has: ['ExecutionSid'], subject: ['ExecutionSid'], type: { event: 'EventType' } },
  // The challenge has a factor, and is over before it. A verified caller id is in the call that verified it.
  {
    name: 'Verify',
    has: ['VerificationSid', 'ChallengeSid', 'FactorSid', 'VerificationStatus'],
    subject: ['VerificationSid', 'ChallengeSid', 'FactorSid', 'OutgoingCallerIdSid', 'CallSid'],
    type: { event: 'Type', resource: 'verification', status: ['VerificationStatus'] },
  },
  // The room: participants, tracks, recordings and compositions belong to it.
  {
    name: 'Video',
    has: ['RoomSid', 'CompositionSid'],
    subject: ['RoomSid', 'CompositionSid'],
    type: { event: 'StatusCallbackEvent' },
  },
  // The call that is transcribed.
  {
    name: 'Transcriptions',
    has: ['TranscriptionSid'],
    subject: ['CallSid', 'RecordingSid', 'TranscriptionSid'],
    type: { event: 'TranscriptionEvent', resource: 'transcription', status: ['TranscriptionStatus'] },
  },
  // The call or conference that was recorded.
  {
    name: 'Recordings',
    has: ['RecordingStatus'],
    subject: ['CallSid', 'ConferenceSid', 'RecordingSid'],
    type: { resource: 'recording', status: ['RecordingStatus'] },
  },
  // The conference, not the call of the participant who joins or leaves.
  { name: 'Conferences', has: ['ConferenceSid'], subject: ['ConferenceSid'], type: { event: 'StatusCallbackEvent' } },
  // The call whose audio is streamed.
  { name: 'Media Streams', has: ['StreamEvent'], subject: ['CallSid', 'StreamSid'], type: { event: 'StreamEvent' } },
  // The transcript, which is the only resource that it names.
  {
    name: 'Conversational Intelligence',
    has: ['TranscriptSid'],
    subject: ['TranscriptSid'],
    type: { event: 'EventType' },
  },
  // The object, not its item. An endpoint that connects has only its service.
  {
    name: 'Sync',
    has: ['DocumentSid', 'ListSid', 'MapSid', 'EndpointId'],
    subject: ['DocumentSid', 'ListSid', 'MapSid', 'StreamSid', 'ServiceSid'],
    type: { event: 'EventType' },
  },
  // The session: it has many interactions.
  {
    name: 'Proxy',
    has: ['InteractionSessionSid'],
    subject: ['InteractionSessionSid', 'InteractionSid'],
    type: { resource: 'interaction', status: ['OutboundResourceStatus', 'InboundResourceStatus'] },
  },
  // The entry of the debugger: the SID of what failed is in the JSON text of its payload.
  { name: 'Debugger', has: ['PayloadType'], subject: ['Sid'], type: { resource: 'debugger', status: ['Level'] } },
  // The bundle of documents that Twilio reviews.
  {
    name: 'Regulatory bundles',
    has: ['BundleSid'],
    subject: ['BundleSid'],
    type: { resource: 'bundle', status: ['Status'] },
  },
  // The message. A channel has an `EventType` of its own, but the status says the same for every channel.
  {
    name: 'Messaging',
    has: ['MessageSid', 'SmsSid'],
    subject: ['MessageSid', 'SmsSid'],
    type: { resource: 'message', status: ['MessageStatus', 'SmsStatus'] },
  },
  // The call. This comes after the other Voice products, because their webhooks also have these parameters.
  { name: 'Voice', has: ['CallSid'], subject: ['CallSid'], type: { resource: 'call', status: ['CallStatus'] } },
  // The resource, if the webhook has one of these general parameters.
  { name: 'Anything else', has: [], subject: ['ResourceSid', 'Sid'], type: { event: 'EventType' } },
];
