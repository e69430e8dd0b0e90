/**
 * Posts every event to an HTTPS endpoint of your own, `FORWARD_URL`, signed by Standard Webhooks
 * (https://www.standardwebhooks.com) with `FORWARD_SECRET`, or the secret with the ARN `FORWARD_SECRET_ARN`.
 * An event may arrive more than once: its `webhook-id` stays the same.
 */
import { createForwarder, secretFromEnvironment } from '../../lambda/handlers/forward/forward-event';
import { eventTypes, onEvent } from '../../lambda/handlers/handlers';

const forward = createForwarder({ url: process.env['FORWARD_URL'], secret: secretFromEnvironment(process.env) });

export const handler = onEvent(eventTypes, (event, { signal }) => forward(event, signal), { data: 'optional' });
