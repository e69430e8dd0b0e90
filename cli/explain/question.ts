import type { RouteName } from '../../lambda/shared/routes';
import type { BasicRequirement } from './basic-auth';
import type { Capture } from './capture';
import type { Keys } from './keys';
import type { UrlParts } from './url-parts';

/** What is asked: a captured request, and everything that is known of the gateway that it was for. */
export interface Question {
  readonly capture: Capture;
  readonly route: RouteName;
  /** The gateway's URL of the route, as the operator or the stage gives it: with query, user information and fragment. */
  readonly configured: UrlParts;
  readonly keys: Keys;
  /** What the stage asks for beside the signature; undefined: nothing. */
  readonly basic?: BasicRequirement | undefined;
  /** Other hosts that the configuration knows. */
  readonly hosts: readonly string[];
  readonly stage: string | undefined;
}
