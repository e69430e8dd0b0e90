import { randomUUID } from 'node:crypto';
import { eventForm } from '../event-payloads';
import { exampleText, randomSid, type SendKind } from './kind';

export const productKinds: readonly SendKind[] = [
  {
    kind: 'verify',
    title: 'Event of Verify',
    description: 'an event of a factor of Verify',
    fields: ['sid', 'event'],
    sidName: 'factor_sid',
    sidPrefixes: ['YF'],
    event: 'factor.verified',
    examples: ['verify', 'verify --event factor.created'],
    payload: ({ sid, event = 'factor.verified' }, accountSid) =>
      eventForm(sid, {
        uuid: randomUUID(),
        type: event,
        account_sid: accountSid,
        service_sid: randomSid('VA'),
        entity_identity: 'example-user',
        factor_sid: sid,
        factor_type: 'push',
        factor_friendly_name: 'Example phone',
      }),
  },
  {
    kind: 'conversation',
    title: 'Event of Conversations',
    description: 'an event of Conversations',
    fields: ['sid', 'event', 'body'],
    sidName: 'ConversationSid',
    sidPrefixes: ['CH'],
    event: 'onMessageAdded',
    examples: ['conversation --body "Is anybody there?"', 'conversation --event onConversationAdded'],
    payload: ({ sid, event = 'onMessageAdded', body = exampleText }, AccountSid, now) =>
      eventForm(sid, {
        AccountSid,
        EventType: event,
        Source: 'SDK',
        ConversationSid: sid,
        ChatServiceSid: randomSid('IS'),
        ...(event.startsWith('onMessage')
          ? {
              MessageSid: randomSid('IM'),
              ParticipantSid: randomSid('MB'),
              Author: 'example-user',
              Body: body,
              Index: '0',
            }
          : {}),
        ...(event.startsWith('onParticipant') ? { ParticipantSid: randomSid('MB'), Identity: 'example-user' } : {}),
        DateCreated: now.toISOString(),
      }),
  },
  {
    kind: 'task',
    title: 'Event of TaskRouter',
    description: 'an event of a task of TaskRouter',
    fields: ['sid', 'event'],
    sidName: 'TaskSid',
    sidPrefixes: ['WT'],
    event: 'task.created',
    examples: ['task', 'task --event reservation.accepted'],
    payload: ({ sid, event = 'task.created' }, AccountSid, now) => {
      const isReservation = event.startsWith('reservation.');
      const reservationSid = randomSid('WR');
      return eventForm(sid, {
        AccountSid,
        WorkspaceSid: randomSid('WS'),
        WorkspaceName: 'Example workspace',
        EventType: event,
        EventDescription: event.replace('.', ' '),
        ResourceType: isReservation ? 'reservation' : 'task',
        ResourceSid: isReservation ? reservationSid : sid,
        TaskSid: sid,
        TaskAttributes: '{"topic":"support"}',
        TaskPriority: '0',
        ...(isReservation
          ? { ReservationSid: reservationSid, WorkerSid: randomSid('WK'), WorkerName: 'example-worker' }
          : {}),
        Timestamp: String(Math.floor(now.getTime() / 1000)),
      });
    },
  },
  {
    kind: 'video',
    title: 'Event of a video room',
    description: 'an event of a video room',
    fields: ['sid', 'event'],
    sidName: 'RoomSid',
    sidPrefixes: ['RM'],
    event: 'participant-connected',
    examples: ['video', 'video --event room-ended'],
    payload: ({ sid, event = 'participant-connected' }, AccountSid, now) =>
      eventForm(sid, {
        AccountSid,
        RoomSid: sid,
        RoomName: 'example-room',
        RoomStatus: event === 'room-ended' ? 'completed' : 'in-progress',
        RoomType: 'group',
        StatusCallbackEvent: event,
        ...(event.startsWith('participant-')
          ? { ParticipantSid: randomSid('PA'), ParticipantStatus: 'connected', ParticipantIdentity: 'example-user' }
          : {}),
        SequenceNumber: '1',
        Timestamp: now.toISOString(),
      }),
  },
  {
    kind: 'sync',
    title: 'Event of Sync',
    description: 'an event of a document of Sync',
    fields: ['sid', 'event'],
    sidName: 'DocumentSid',
    sidPrefixes: ['ET'],
    event: 'document_created',
    examples: ['sync', 'sync --event document_updated'],
    payload: ({ sid, event = 'document_created' }, AccountSid) =>
      eventForm(sid, {
        AccountSid,
        ServiceSid: randomSid('IS'),
        EventType: event,
        DocumentSid: sid,
        DocumentUniqueName: 'example-document',
        DocumentRevision: '0',
        DocumentData: '{}',
        Identity: 'example-user',
        EndpointId: 'example-endpoint',
      }),
  },
  {
    kind: 'proxy',
    title: 'Interaction of Proxy',
    description: 'an interaction of a session of Proxy',
    fields: ['sid', 'status'],
    sidName: 'interactionSessionSid',
    sidPrefixes: ['KC'],
    status: 'delivered',
    examples: ['proxy', 'proxy --status failed'],
    payload: ({ sid, status = 'delivered' }, accountSid) =>
      eventForm(sid, {
        interactionAccountSid: accountSid,
        interactionServiceSid: randomSid('KS'),
        interactionSessionSid: sid,
        interactionSid: randomSid('KI'),
        interactionType: 'Message',
        inboundResourceSid: randomSid('SM'),
        inboundResourceStatus: 'received',
        outboundResourceSid: randomSid('SM'),
        outboundResourceStatus: status,
      }),
  },
  {
    kind: 'bundle',
    title: 'Status of a regulatory bundle',
    description: 'the status of a regulatory bundle',
    fields: ['sid', 'status'],
    sidName: 'BundleSid',
    sidPrefixes: ['BU'],
    status: 'twilio-approved',
    examples: ['bundle', 'bundle --status twilio-rejected'],
    payload: ({ sid, status = 'twilio-approved' }, AccountSid) =>
      eventForm(sid, { AccountSid, BundleSid: sid, Status: status }),
  },
];
