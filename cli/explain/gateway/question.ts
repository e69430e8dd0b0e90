import type { RouteName } from '../../../lambda/shared/contract/routes';
import type { BasicAuth } from '../../../lambda/shared/webhook/basic-auth';
import type { EarlyCheckOptions } from '../../../lambda/shared/webhook/early-checks';
import type { Capture } from '../capture/capture';
import type { Keys } from './keys';
import type { UrlParts } from '../capture/url-parts';

/** The gateway for which a request is explained. */
export interface Gateway extends EarlyCheckOptions {
  /** The configured URL of the route, including query, user information and fragment. */
  readonly configured: UrlParts;
  readonly keys: Keys;
  /** Undefined where the stage has no Basic authentication, or the operator gave URL and token. */
  readonly basicAuth?: BasicAuth | undefined;
  /** All hosts in the configuration. */
  readonly hosts: readonly string[];
  /** Undefined for the local gateway, and for a deployed one that is not read. */
  readonly stage: string | undefined;
  /** ` --stage dev`, or nothing for the local gateway. */
  readonly stageOption: string;
}

/** A captured request, and the gateway that it was sent to. */
export interface Question extends Gateway {
  readonly capture: Capture;
  readonly route: RouteName;
}
