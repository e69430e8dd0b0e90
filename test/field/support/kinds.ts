import { randomBytes } from 'node:crypto';
import { newAccount, startEdge, type Edge } from '../../adversarial/support/test-gateway';
import type { Item } from '../../adversarial/support/effects';
import { newMessageSid, smsForm, statusForm, usageForm, type Form } from '../../helpers/webhooks';

/** Two accounts, of which the first has a SharedKey as well. */
export const account = newAccount();
export const other = newAccount();
export const sharedKey = 'made-up-shared-key';

export type Route = 'messages' | 'status' | 'usage' | 'events';
export const routes: readonly Route[] = ['messages', 'status', 'usage', 'events'];
/** How many rows a webhook of the route leaves, the marker not counted. */
export const rowsOf = (route: Route): number => (route === 'status' ? 2 : 1);
export const acceptedOf = (route: Route): number => (route === 'messages' ? 200 : 204);

/** A genuine form of a route, with identifiers of its own. */
export const formOf = (route: Route): Form => {
  const ours = { AccountSid: account.accountSid };
  switch (route) {
    case 'messages':
      return smsForm(ours);
    case 'status':
      return statusForm(newMessageSid(), 'sent', ours);
    case 'usage':
      return usageForm(ours);
    case 'events':
      return { ...ours, CallSid: `CA${randomBytes(16).toString('hex')}` };
  }
};

export interface SignedAs {
  /** As sent. @default none */
  readonly query?: string;
  /** @default as sent */
  readonly signedQuery?: string;
  /** @default the first account's */
  readonly authToken?: string;
}

/** Starts the gateway of these accounts for the tests of a file, and looks at its log when they are done. */
export const useEdge = () => {
  let started: Edge | undefined;
  const edge = (): Edge => {
    if (started === undefined) throw new Error('the gateway has not started');
    return started;
  };
  beforeAll(async () => {
    started = await startEdge({ account, otherAccounts: [other] });
    await started.putSecret(JSON.stringify({ ...account, sharedKeys: [{ name: 'key-1', key: sharedKey }] }));
  });
  beforeEach(() => edge().begin());
  afterAll(async () => {
    await started?.close();
    started?.expectNothingSecretLogged();
  });

  /** Accepted and stored: as many rows as a webhook of this route leaves, one more for an opt-out, and one marker. */
  const expectStored = async (route: Route, form: Form, signed: SignedAs = {}): Promise<Item> => {
    const { query = '', signedQuery = query, authToken = account.authToken } = signed;
    const signature = edge().sign(edge().publicUrl(route, signedQuery), form, authToken);
    expect((await edge().send({ route, query, form, signature })).status).toBe(acceptedOf(route));
    const stored = rowsOf(route) + ('OptOutType' in form ? 1 : 0);
    const rows = await edge().expectEffects({ queued: 1, stored, markers: 1 });
    // The opt-out itself is in its contract's tests.
    const [row = {}] = rows.filter((item) => item['state'] === undefined);
    expect(await edge().log.counted('UnrecognizedWebhook')).toBe(0);
    return row;
  };
  return { edge, expectStored };
};
