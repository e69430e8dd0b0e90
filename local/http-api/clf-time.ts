/**
 * A time in the Common Log Format, as in API Gateway's events and access logs: `12/Mar/2020:19:03:58 +0000`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.proxy-format
 */
export const clfTime = (date: Date): string => {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
};
