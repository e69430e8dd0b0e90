import { EmptyState } from '../components/empty-state';

/** Shown in place of the console when this tab may read nothing. */
export const NoSession = ({ state }: { readonly state: 'none' | 'refused' }) => (
  <main class="no-session">
    {state === 'none' ? (
      <EmptyState isPage icon="info" title="Open the address that the gateway printed">
        <p>
          The address ends with <code>#token=…</code>, which lets this page read your messages. It is printed by{' '}
          <code>npm start</code> and <code>gateway console</code>.
        </p>
        <p>
          The address of a local gateway is also in <code>.gateway/local.json</code>.
        </p>
      </EmptyState>
    ) : (
      <EmptyState isPage icon="replay" title="The gateway has restarted">
        <p>
          It has a new token now. Open the new address: the terminal of <code>npm start</code> or{' '}
          <code>gateway console</code> shows it. You can paste it into this tab.
        </p>
        <p>
          The address of a local gateway is also in <code>.gateway/local.json</code>.
        </p>
      </EmptyState>
    )}
  </main>
);
