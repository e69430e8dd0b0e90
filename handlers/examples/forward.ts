/**
 * Posts every event to an HTTPS endpoint of your own, `FORWARD_URL`. Each request is signed as Standard Webhooks
 * (https://www.standardwebhooks.com) requires, with `FORWARD_SECRET` or the secret whose ARN is `FORWARD_SECRET_ARN`.
 * An event may arrive more than once, always with the same `webhook-id`.
 */
import { createForwarder, secretFromEnvironment } from '../../lambda/handlers/forward/forward-event';
import { eventTypes, onEvent } from '../../lambda/handlers/handlers';

const forward = createForwarder({ url: process.env['FORWARD_URL'], secret: secretFromEnvironment(process.env) });

export const handler = onEvent(eventTypes, (event, { signal }) => forward(event, signal), { data: 'optional' });
