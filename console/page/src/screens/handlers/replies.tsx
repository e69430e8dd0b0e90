import type { HandlerList } from '../../../../api';
import { Badge, type Tone } from '../../components/badge';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { Section } from '../parts/section';

const toneOf = (status: string): Tone =>
  status === 'delivered' ? 'ok' : status === 'failed' || status === 'undelivered' ? 'problem' : 'neutral';

/** The replies of handlers, which the stand-in for Twilio took. */
export const Replies = ({ replies }: { readonly replies: HandlerList['replies'] }) => (
  <Section title="Replies" note="The stand-in for Twilio took them. Nothing was sent to a phone.">
    {replies.length === 0 ? (
      <p class="section-note">No handler has replied yet.</p>
    ) : (
      <table class="grid reply-table" aria-label="Replies">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">To</th>
            <th scope="col">Text</th>
            <th scope="col">Status</th>
          </tr>
        </thead>
        <tbody>
          {replies.map(({ sid, at, to, body, status }) => (
            <tr key={sid}>
              <td>
                <Time at={at} as="log" />
              </td>
              <td class="mono">
                <SafeText text={to} />
              </td>
              <td class="reply-text">
                <SafeText text={body} max={400} keepsLines />
              </td>
              <td>
                <Badge tone={toneOf(status)}>{status}</Badge>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </Section>
);
