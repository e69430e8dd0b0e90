import type { Violation } from '../../checker/check-history';
import type { Row } from '../../history/history';
import { isMessageRow, isStatusRow, messagePlace, statusPlace } from '../../history/keys';
import { arrivals } from './arrivals';
import type { MissedHistory } from '../history';
import type { MissedRequest } from '../plan';
import { laneForm } from '../traffic';

const wrong = (found: string): Violation => ({ invariant: 'webhooks win over backfills', found });

type Form = Readonly<Record<string, string | undefined>>;

/** The row of a request; undefined if there is none. */
const rowOf = ({ plan, final }: MissedHistory, { signed: { form }, status }: MissedRequest): Row | undefined => {
  const { accountSid } = plan.account;
  const { pk, sk } =
    status === undefined
      ? messagePlace(accountSid, form['MessageSid'] ?? '')
      : statusPlace(accountSid, status.messageSid, status.status, status.errorCode);
  return final.rows.find((row) => row.pk === pk && row.sk === sk);
};

const genuine = ({ plan }: MissedHistory): readonly MissedRequest[] =>
  plan.requests.filter(({ forgery }) => forgery === undefined);

const names = (form: Form): string => JSON.stringify(Object.entries(form).sort());

const attributes = ['AccountSid', 'MessageSid', 'From', 'To', 'Body'];

/** The parameters that the row has not got as attributes. */
const others = (form: Form): Form =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !attributes.includes(name)));

/** Written by the gateway as JSON. */
const paramsOf = (row: Row): Form => JSON.parse(row['params'] ?? '{}') as Form;

/** What arrived as a webhook has the parameters of that webhook, and `via` is how it came. */
export const webhooksWin = (history: MissedHistory): readonly Violation[] =>
  genuine(history).flatMap((request) => {
    const { certain, possible } = arrivals(history, request.id);
    const row = rowOf(history, request);
    if (certain.length === 0 || row === undefined) return [];
    const ways = possible.map((to) => (to === 'lane' ? 'fallback' : undefined));
    if (!ways.includes(row['via'] as 'fallback' | undefined)) {
      return [
        wrong(`${request.id} arrived by ${possible.join(' and ')}, and is stored as ${row['via'] ?? 'a webhook'}`),
      ];
    }
    const { form } = request.signed;
    const arrived = row['via'] === 'fallback' ? laneForm(form, history.publicUrl) : form;
    if (!isMessageRow(row) || row['direction'] !== 'inbound') return [];
    return names(paramsOf(row)) === names(others(arrived)) ? [] : [wrong(`${request.id} has other parameters`)];
  });

/** What never arrived, and is stored all the same, says that a backfill stored it, with its media. */
export const backfillsSaySo = (history: MissedHistory): readonly Violation[] =>
  genuine(history).flatMap((request) => {
    const row = rowOf(history, request);
    if (arrivals(history, request.id).possible.length > 0 || row === undefined) return [];
    if (row['via'] !== 'backfill')
      return [wrong(`${request.id} never arrived, and is stored as ${row['via'] ?? 'a webhook'}`)];
    const params = paramsOf(row);
    const lacks = Object.entries(request.signed.form).filter(
      ([name, value]) => /^(?:NumMedia|Media)/.test(name) && !isStatusRow(row) && params[name] !== value,
    );
    return lacks.map(([name]) => wrong(`the backfill of ${request.id} has another ${name}`));
  });
