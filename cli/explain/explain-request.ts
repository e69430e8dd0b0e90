import { countParams, parseForm } from '../../lambda/shared/payload/form';
import { maxParams, type RouteName } from '../../lambda/shared/contract/routes';
import { headerOf, type Capture } from './capture/capture';
import { diagnose } from './diagnose';
import { findingOf, type Finding } from './findings/findings';
import type { Keys } from './gateway/keys';
import type { Gateway } from './gateway/question';
import type { Report } from './report';
import { usualLimits, type SearchLimits } from './variants/search';
import { addressOf } from './capture/url-parts';
import { shownName } from './variants/variant';

/** The names of a form's parameters; none for other bodies, whose text must not end up as names. */
const parameterNames = (capture: Capture): readonly string[] => {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headerOf(capture, 'content-type') ?? '');
  if (!isForm || countParams(capture.body) > maxParams) return [];
  return [...new Set(Object.keys(parseForm(capture.body)).map(shownName))];
};

/** The keys as the report counts them: the same one twice counts once. */
const tokenCount = ({ keys }: Keys): number => new Set(keys.map(({ secret }) => secret)).size;

/**
 * Explains a whole request.
 * @param notes what was seen while it was read
 */
export const explainRequest = async (
  capture: Capture,
  route: RouteName,
  gateway: Gateway,
  notes: readonly Finding[],
  limits: SearchLimits = usualLimits,
): Promise<Report> => {
  const diagnosis = await diagnose({ ...gateway, capture, route }, limits);
  const wording = { url: addressOf(gateway.configured), stage: gateway.stage };
  const causes = diagnosis.causes.map((cause) => findingOf(cause, wording));
  const isAccepted = diagnosis.answer.reason === 'accepted';
  const isUnknown = causes.every(({ id }) => id === 'no-match' || id === 'no-match-shared-key');
  return {
    verdict: isAccepted ? 'genuine' : isUnknown ? 'unknown' : 'cause',
    causes,
    notes: [...notes, ...diagnosis.notes.map((cause) => findingOf(cause, wording))],
    gatewayAnswer: diagnosis.answer,
    request: {
      source: capture.source,
      method: /^[A-Za-z]{1,20}$/.test(capture.method) ? capture.method : null,
      route,
      bytes: capture.body.length,
      parameters: parameterNames(capture),
    },
    checked: {
      signatures: diagnosis.tried,
      tokens: tokenCount(gateway.keys),
      isComplete: diagnosis.isComplete,
    },
    missing: [],
  };
};
