import type { Problems } from './problems';

/** Basic authentication in addition to the signature. */
export interface BasicAuthOptions {
  /**
   * The realm that the challenge names.
   * @default 'Twilio webhook gateway'
   */
  readonly realm?: string;
}

export interface BasicAuthSettings {
  readonly realm: string;
}

export const resolveBasicAuth = (option: boolean | BasicAuthOptions | undefined): BasicAuthSettings | undefined =>
  option === undefined || option === false
    ? undefined
    : { realm: (option === true ? undefined : option.realm) ?? 'Twilio webhook gateway' };

/** The header has the realm in quotes: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const basicAuthProblems = (settings: BasicAuthSettings | undefined): Problems =>
  settings === undefined || /^[\x20!#-[\]-~]{1,64}$/.test(settings.realm)
    ? []
    : ['basicAuth.realm must be 1 to 64 ASCII characters without quotes and backslashes'];
