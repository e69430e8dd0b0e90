import { smsForm } from '../../webhooks';
import type { Listed } from './outside';

const minuteMs = 60_000;

/** Incoming messages in Twilio's list, each of a conversation of its own, and old enough to be compared. */
export const listedMessages = (count: number): readonly Listed[] => {
  const date = new Date(Date.now() - 30 * minuteMs).toUTCString();
  return Array.from({ length: count }, (_, at) => {
    const form = smsForm({ From: `+1555010${1000 + at}` });
    return {
      sid: form['MessageSid'] ?? '',
      account_sid: form['AccountSid'] ?? '',
      messaging_service_sid: form['MessagingServiceSid'] ?? '',
      direction: 'inbound',
      from: form['From'] ?? '',
      to: form['To'] ?? '',
      body: form['Body'] ?? '',
      status: 'received',
      num_media: '0',
      num_segments: '1',
      api_version: '2010-04-01',
      date_sent: date,
      date_created: date,
      date_updated: date,
    };
  });
};
