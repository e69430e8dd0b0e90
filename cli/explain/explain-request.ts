import { countParams, parseForm } from '../../lambda/shared/form';
import { maxParams, type RouteName } from '../../lambda/shared/routes';
import type { BasicRequirement } from './basic-auth';
import { headerOf, type Capture } from './capture';
import { diagnose } from './diagnose';
import { findingOf, type Finding } from './findings';
import type { Keys } from './keys';
import type { Report } from './report';
import { addressOf, type UrlParts } from './url-parts';
import { shownName } from './variant';

/** The gateway that a request is explained for. */
export interface Gateway {
  readonly configured: UrlParts;
  readonly keys: Keys;
  /** Undefined where the stage has no Basic authentication, or nothing but a URL and a token were given. */
  readonly basic?: BasicRequirement | undefined;
  readonly hosts: readonly string[];
  readonly stage: string | undefined;
}

/** The names of a form's parameters; none for other bodies, whose text must not end up as names. */
const parameterNames = (capture: Capture): readonly string[] => {
  const isForm = /^application\/x-www-form-urlencoded/i.test(headerOf(capture, 'content-type') ?? '');
  if (!isForm || countParams(capture.body) > maxParams) return [];
  return [...new Set(Object.keys(parseForm(capture.body)).map(shownName))];
};

/** The tokens as the report counts them: the same one twice counts once. */
const tokenCount = ({ keys }: Keys): number => new Set(keys.map(({ authToken }) => authToken)).size;

/**
 * Explains a whole request.
 * @param notes what was seen while it was read
 */
export const explainRequest = (
  capture: Capture,
  route: RouteName,
  gateway: Gateway,
  notes: readonly Finding[],
): Report => {
  const diagnosis = diagnose({ capture, route, ...gateway });
  const wording = { url: addressOf(gateway.configured), stage: gateway.stage };
  const causes = diagnosis.causes.map((cause) => findingOf(cause, wording));
  const isUnknown = causes.length > 0 && causes.every(({ id }) => id === 'no-match');
  return {
    verdict: causes.length === 0 ? 'genuine' : isUnknown ? 'unknown' : 'cause',
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
