import { useConsole } from '../../console-context';
import type { ScreenProps } from '../../screen';
import { openScreen } from '../../use-route';
import { Choice } from '../parts/choice';
import { Callout } from '../parts/callout';
import { ScreenHead } from '../parts/screen-head';
import { PlayConversation } from './play-conversation';
import { SendWebhook } from './send-webhook';

const views = [
  { value: 'webhook', text: 'Send a webhook' },
  { value: 'conversation', text: 'Play a conversation' },
] as const;

const notes = {
  webhook: 'Signed as Twilio signs, and sent to this gateway only.',
  conversation: 'You write as the person. Your handlers reply to the stand-in for Twilio.',
} as const;

export const TryScreen = ({ route }: ScreenProps) => {
  const { info } = useConsole();
  const view = route.id === 'conversation' ? 'conversation' : 'webhook';
  return (
    <div class="screen">
      <ScreenHead title="Try it" note={notes[view]}>
        <Choice
          label="What to try"
          options={views}
          value={view}
          onChange={(next) => openScreen('try', next === 'webhook' ? '' : next)}
        />
      </ScreenHead>
      {info.allowsChanges ? null : (
        <Callout tone="info">
          This page is read-only. Start it with <code>--allow-changes</code> to send webhooks from here.
        </Callout>
      )}
      {view === 'webhook' ? <SendWebhook /> : <PlayConversation />}
    </div>
  );
};
