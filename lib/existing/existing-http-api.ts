import type { IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';

/** An HTTP API of yours with the gateway's routes `/messages`, `/status`, `/usage` and `/events`. */
export interface ExistingHttpApi {
  /**
   * The stage that Twilio calls, such as `defaultStage` of an `HttpApi`. It needs `autoDeploy`. Its API must not have
   * these routes.
   */
  readonly stage: IHttpStage;
  /**
   * The URL of the stage, as Twilio is given it and signs it, its host in lower case and without a slash at
   * the end: for example `https://api.example.com/twilio`, if a domain name is mapped to the stage.
   * @default the URL that AWS generates
   */
  readonly url?: string;
}
