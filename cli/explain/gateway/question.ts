import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { BasicAuth } from '../../../lambda/shared/webhook/basic-auth';
import type { ReceiveOptions } from '../../../lambda/shared/webhook/early-checks';
import type { Capture } from '../capture/capture';
import type { Keys } from './keys';
import type { UrlParts } from '../capture/url-parts';

/** The gateway that a request is explained for. */
export interface Gateway extends ReceiveOptions {
  /** The gateway's URL of the route, as the operator or the stage gives it: with query, user information and fragment. */
  readonly configured: UrlParts;
  readonly keys: Keys;
  /** Undefined where the stage has no Basic authentication, or nothing but a URL and a token were given. */
  readonly basicAuth?: BasicAuth | undefined;
  /** Other hosts that the configuration knows. */
  readonly hosts: readonly string[];
  readonly stage: string | undefined;
}

/** What is asked: a captured request, and everything that is known of the gateway that it was for. */
export interface Question extends Gateway {
  readonly capture: Capture;
  readonly route: RouteName;
}
