import { bodyCauses } from './body-causes';
import { otherCauses } from './other-causes';
import { queryCauses } from './query-causes';
import { urlCauses } from './url-causes';

const causes = { ...urlCauses, ...queryCauses, ...bodyCauses, ...otherCauses };
export type CauseId = keyof typeof causes;

/** A cause that was found, and what of the request it is about: names and addresses, never a value. */
export interface Cause {
  readonly id: CauseId;
  readonly about?: string | undefined;
}

/** A cause in words for the operator. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  readonly fix: string;
}

export interface Wording {
  /** The gateway's URL of the route, without query. */
  readonly url: string;
  /** The `--stage` that the operator gave; undefined for the local gateway. */
  readonly stage: string | undefined;
}

export const findingOf = ({ id, about }: Cause, { url, stage }: Wording): Finding => {
  const { title, explanation, fix } = causes[id];
  const fill = (text: string): string =>
    text.replace(/\{(url|stage|about)\}/g, (_, name: string) =>
      name === 'url'
        ? url
        : name === 'stage'
          ? stage === undefined
            ? ''
            : ` --stage ${stage}`
          : (about ?? 'it'),
    );
  return { id, title, explanation: fill(explanation), fix: fill(fix) };
};
