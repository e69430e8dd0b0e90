/** Basic authentication in front of the signature. */
export interface BasicAuthOptions {
  /**
   * What the challenge calls the gateway.
   * @default 'Twilio webhook gateway'
   */
  readonly realm?: string;
}

export interface BasicAuthSettings {
  readonly realm: string;
}

export const resolveBasicAuth = (
  option: boolean | BasicAuthOptions | undefined,
): BasicAuthSettings | undefined =>
  option === undefined || option === false
    ? undefined
    : { realm: (option === true ? undefined : option.realm) ?? 'Twilio webhook gateway' };

/** A realm stands between quotes in a header: https://www.rfc-editor.org/rfc/rfc7617#section-2 */
export const basicAuthFaults = (settings: BasicAuthSettings | undefined): readonly string[] =>
  settings === undefined || /^[\x20!#-[\]-~]{1,64}$/.test(settings.realm)
    ? []
    : ['basicAuth.realm must be 1 to 64 characters of ASCII without quotes and backslashes'];
