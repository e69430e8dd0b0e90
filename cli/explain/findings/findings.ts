import { bodyCauses } from './body-causes';
import { keyCauses } from './key-causes';
import { queryCauses } from './query-causes';
import { requestCauses } from './request-causes';
import { signatureCauses } from './signature-causes';
import { urlCauses } from './url-causes';

const causes = {
  ...urlCauses,
  ...queryCauses,
  ...bodyCauses,
  ...signatureCauses,
  ...keyCauses,
  ...requestCauses,
};
export type CauseId = keyof typeof causes;

/** A cause, and the part of the request that it is about: names and addresses, never a value. */
export interface Cause {
  readonly id: CauseId;
  readonly about?: string | undefined;
}

/** A cause, explained for the operator. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  readonly fix: string;
}

export interface Wording {
  /** The gateway's URL of the route, without query. */
  readonly url: string;
  /** ` --stage dev`, or nothing for the local gateway. */
  readonly stageOption: string;
}

export const findingOf = ({ id, about }: Cause, { url, stageOption }: Wording): Finding => {
  const { title, explanation, fix } = causes[id];
  const values = { url, stage: stageOption, about: about ?? 'it' };
  const fill = (text: string): string =>
    // The pattern allows the names of `values` only.
    text.replace(/\{(url|stage|about)\}/g, (_, name: string) => values[name as keyof typeof values]);
  return { id, title, explanation: fill(explanation), fix: fill(fix) };
};
