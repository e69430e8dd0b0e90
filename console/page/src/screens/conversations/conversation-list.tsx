import type { ConversationKey, ConversationSummary } from '../../../../api';
import { Badge } from '../../components/badge';
import { SafeText } from '../../components/safe-text';
import { Time } from '../../components/time';
import { hrefOf } from '../../text/route';
import { Address } from '../../webhooks/address';

export const keyOfConversation = ({ accountSid, own, person }: ConversationKey): string =>
  `${accountSid} ${own} ${person}`;

/** @param current the key of the one that is open */
export const ConversationList = ({
  conversations,
  current,
}: {
  readonly conversations: readonly ConversationSummary[];
  readonly current: string;
}) => (
  <ul class="conversation-list" aria-label="Conversations">
    {conversations.map((conversation) => {
      const { accountSid, own, person, lastAt, lastText, lastDirection, optOut } = conversation;
      const key = keyOfConversation(conversation);
      return (
        <li key={key}>
          <a
            href={hrefOf('conversations', '', { account: accountSid, own, person })}
            aria-current={key === current ? 'true' : undefined}
            data-key={key}
          >
            <span class="conversation-person">
              <Address address={person} />
            </span>
            <Time at={lastAt} />
            <span class="conversation-last">
              {lastDirection === 'outbound' ? 'You: ' : ''}
              {lastText === null || lastText === '' ? 'Text not stored' : <SafeText text={lastText} max={120} />}
            </span>
            {optOut === 'STOP' ? <Badge tone="warning">Opted out</Badge> : null}
          </a>
        </li>
      );
    })}
  </ul>
);
