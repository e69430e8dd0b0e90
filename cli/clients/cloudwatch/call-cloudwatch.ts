import type { Backend } from '../ports';
import { isObject, parseJson, textIn, type JsonObject } from '../../json-fields';
import { CliError } from '../../terminal/cli-error';

type Action = 'GetMetricData' | 'DescribeAlarms';

/**
 * Calls CloudWatch with the operator's credentials.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html
 * @throws CliError with AWS's own reason if it refuses
 */
export const callCloudWatch = async (
  { awsCall }: Pick<Backend, 'awsCall'>,
  action: Action,
  input: object,
): Promise<JsonObject> => {
  if (awsCall === undefined) throw new CliError('Only a deployed stage has metrics at AWS.');
  const { status, body } = await awsCall('monitoring', `GraniteServiceVersion20100801.${action}`, input);
  const answer = parseJson(body);
  if (status === 200 && isObject(answer)) return answer;
  const refusal = isObject(answer) ? answer : {};
  const reason = textIn(refusal, 'message') ?? textIn(refusal, 'Message') ?? `CloudWatch answered ${status}`;
  throw new CliError(
    `AWS refused cloudwatch:${action}: ${reason}. The console needs this permission (docs/console.md).`,
  );
};
