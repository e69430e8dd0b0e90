import { isMarkerRow } from '../history/keys';
import type { PlannedRequest } from '../history/plan';
import type { Check, Violation } from './check-history';
import { carries, isAccepted, sent } from './rows';

const signedText = ({ route, signed: { query, form } }: PlannedRequest): string =>
  JSON.stringify([route, query, Object.entries(form).sort()]);

const violation = (found: string): Violation => ({ invariant: 'one reading per signed text', found });

/** One marker for each signed text that was deleted from the queue, in any reading. */
export const oneMarkerPerText: Check = (history) => {
  const { invocations, final } = history;
  const deleted = new Set(
    invocations.flatMap(({ records }) => records.filter(({ outcome }) => outcome === 'done').map(({ body }) => body)),
  );
  const texts = new Set(
    sent(history)
      .filter(({ request }) => request.forgery === undefined && [...deleted].some((body) => carries(body, request)))
      .map(({ request }) => signedText(request)),
  );
  const markers = final.rows.filter(isMarkerRow);
  return markers.length === texts.size
    ? []
    : [violation(`${texts.size} signed texts were stored, and there are ${markers.length} markers`)];
};

/** The sum of a metric that the functions wrote in CloudWatch's embedded metric format. */
export const countedAs = (log: string, name: string): number =>
  log
    .split('\n')
    .filter((line) => line.startsWith('{') && line.includes('"_aws"') && line.includes(`"${name}"`))
    .map((line) => (JSON.parse(line) as Readonly<Record<string, unknown>>)[name])
    .flat()
    .reduce<number>((sum, value) => sum + Number(value), 0);

/** Every accepted cut is counted as not stored; one that keeps the identity counts as a redelivery. */
export const otherReadingsAreCounted: Check = (history) => {
  const cuts = sent(history).filter(
    ({ request, exchanges }) => request.cutOf !== undefined && exchanges.some(isAccepted),
  );
  const counted = ['OtherReading', 'RepeatedText', 'Duplicate'].reduce(
    (sum, name) => sum + countedAs(history.log, name),
    0,
  );
  return counted >= cuts.length
    ? []
    : [violation(`${cuts.length} cuts were accepted, and ${counted} repetitions counted`)];
};

export const unrecognizedIsCounted: Check = (history) => {
  const accepted = sent(history).filter(
    ({ request, exchanges }) => request.rows.some(({ raw }) => raw !== undefined) && exchanges.some(isAccepted),
  );
  const counted = countedAs(history.log, 'UnrecognizedWebhook');
  return counted >= accepted.length
    ? []
    : [violation(`${accepted.length} unrecognized webhooks were accepted, and ${counted} were counted`)];
};
