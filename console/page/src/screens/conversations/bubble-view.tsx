import { Icon } from '../../components/icon';
import { MediaItem } from '../../components/media-item';
import { SafeText } from '../../components/safe-text';
import { exactText, clockText } from '../../text/time-text';
import { hrefOf } from '../../text/route';
import { statusTone } from '../../webhooks/describe-webhook';
import type { Bubble } from './bubbles';

const iconOfTone = { ok: 'check', problem: 'cross', warning: 'cross', accent: 'check', neutral: 'clock' } as const;

const Status = ({ bubble }: { readonly bubble: Bubble }) => {
  const { status, errorCode, isInbound } = bubble;
  if (isInbound || status === null) return null;
  const tone = statusTone(status);
  return (
    <span class={`bubble-status tone-${tone}`}>
      <Icon name={iconOfTone[tone]} size={12} />
      {status}
      {errorCode === null || errorCode === '' ? '' : ` · error ${errorCode}`}
    </span>
  );
};

const Details = ({ bubble, account }: { readonly bubble: Bubble; readonly account: string }) => {
  const date = new Date(bubble.at);
  const time = (
    <time dateTime={bubble.at} title={exactText(date)}>
      {clockText(date).slice(0, 5)}
    </time>
  );
  // A reply is in no table before its first status.
  return bubble.isReply ? time : <a href={hrefOf('message', bubble.sid, { account })}>{time}</a>;
};

/** One message: the person's at the left, the owner's at the right. */
export const BubbleView = ({ bubble, account }: { readonly bubble: Bubble; readonly account: string }) => {
  const { body, numMedia, isInbound, sid, optOut } = bubble;
  return (
    <>
      <li class={`bubble ${isInbound ? 'bubble-inbound' : 'bubble-outbound'}`}>
        <span class="visually-hidden">{isInbound ? 'Person:' : 'You:'}</span>
        <div class="bubble-body">
          {body === '' ? (
            numMedia > 0 ? null : (
              <span class="bubble-none">Text not stored</span>
            )
          ) : (
            <SafeText text={body} keepsLines />
          )}
          {Array.from({ length: numMedia }, (_, index) => (
            <MediaItem key={index} account={account} message={sid} index={index} media={null} />
          ))}
        </div>
        <p class="bubble-foot">
          <Status bubble={bubble} />
          <Details bubble={bubble} account={account} />
        </p>
      </li>
      {optOut === null || optOut === '' ? null : (
        <li class="opt-out-mark">
          <span>{optOutText(optOut, isInbound)}</span>
        </li>
      )}
    </>
  );
};

const optOutText = (optOut: string, isInbound: boolean): string => {
  if (!isInbound) return 'Not sent: this person has opted out';
  if (optOut === 'STOP') return 'Opted out with this message';
  return optOut === 'START' ? 'Opted in with this message' : `Asked for ${optOut}`;
};
