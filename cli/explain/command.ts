import { Option, type Command } from 'commander';
import { routeNames, type RouteName } from '../../lambda/shared/contract/routes';
import { CliError } from '../terminal/cli-error';
import { headerOf, type Capture } from './capture/capture';
import { explainLog } from './explain-log';
import { explainRequest } from './explain-request';
import { configuredUrl, openGateway } from './gateway/open-gateway';
import { parseLogLine } from './log/log-line';
import { readCapture } from './capture/read-capture';
import { reportJson, reportText, withoutSecrets } from './report';
import { routeOfCapture, routeOfPath } from './capture/route-of';
import { jsonOption, wholeNumber } from '../terminal/options';
import type { CommandContext } from '../context';
import { cli } from '../terminal/program-name';

interface ExplainOptions {
  readonly entry?: number;
  readonly log?: string;
  readonly body?: string;
  readonly signature?: string;
  readonly query?: string;
  readonly contentType?: string;
  readonly route?: RouteName;
  readonly url?: string;
  readonly tokenPrompt?: true;
  readonly json?: true;
}

const isStdin = (path: string | undefined): boolean => path === undefined || path === '-';

/** Only one of the inputs can be standard input. */
const checkInputs = (file: string | undefined, options: ExplainOptions): void => {
  if (options.log !== undefined && file !== undefined) {
    throw new CliError('Give either a captured request or --log, not both.', 2);
  }
  const request = options.log ?? file;
  const readers = [isStdin(request), options.body === '-', options.tokenPrompt === true && isStdin(request)];
  if (readers.filter(Boolean).length > 1) {
    throw new CliError(
      'Only one input can be standard input: pass the request and the body as files, so that --token-prompt can ask.',
      2,
    );
  }
};

/** Options override the capture. */
const withOptions = (capture: Capture, { signature, query, contentType }: ExplainOptions): Capture => {
  const given: readonly (readonly [string, string | undefined])[] = [
    ['x-twilio-signature', signature],
    ['content-type', contentType],
  ];
  const headers = given.reduce<Capture['headers']>(
    (before, [name, value]) =>
      value === undefined ? before : [...before.filter(([key]) => key.toLowerCase() !== name), [name, value]],
    capture.headers,
  );
  return { ...capture, headers, url: query === undefined ? capture.url : { ...capture.url, query } };
};

const explain = async (file: string | undefined, given: ExplainOptions, context: CommandContext) => {
  const options = given.query === undefined ? given : { ...given, query: given.query.replace(/^\?/, '') };
  checkInputs(file, options);
  const read = (path: string) => context.readInput(path === '-' ? undefined : path);
  const url = options.url === undefined ? undefined : configuredUrl(options.url);
  const body = options.body === undefined ? undefined : await read(options.body);
  const input = await read(options.log ?? file ?? '-');
  const asksToken = options.tokenPrompt === true;
  const line = options.log === undefined ? undefined : parseLogLine(input, options.entry);
  const capture = line === undefined ? withOptions(readCapture(input, options.entry, body), options) : undefined;
  const route =
    options.route ??
    (url === undefined ? undefined : routeOfPath(url.path)) ??
    line?.route ??
    (capture === undefined ? 'events' : routeOfCapture(capture));
  const gateway = await openGateway(context, route, { url, asksToken });
  const report =
    line === undefined
      ? capture && (await explainRequest(capture, route, gateway, []))
      : await explainLog(line, route, { ...options, body }, gateway);
  if (report === undefined) throw new CliError('There is no request to explain.', 2);
  const signature = capture === undefined ? options.signature : headerOf(capture, 'x-twilio-signature');
  const secrets = [...gateway.keys.keys.map(({ secret }) => secret), signature ?? ''];
  const text = options.json === true ? reportJson(report) : reportText(report, context.paint);
  context.output.data(withoutSecrets(text, secrets));
  if (report.verdict !== 'genuine') context.exitWithFailure();
};

const help = `
Explains why the gateway rejects a captured request, and how to fix it. It works offline and sends nothing. It
compares the request with its near misses: another token, scheme, host, port, stage, slash, query, charset, a
parameter trimmed, dropped or added, JSON for a form, and two of them at once. It never prints a token, the right
signature, or a value of the request.

The request is a curl command ("Copy as cURL (bash)"), a raw HTTP request, or a HAR file; from a file or standard
input. A log line of ingress contains no body, query or signature: add them with --body, --query and --signature.

The URL and the tokens are those of the local gateway, or of --stage. With --url and --token-prompt nothing else is
read.

Exit status: 0 if the request is genuine, 1 if not, 2 for invalid arguments or a request that cannot be read.

Examples:
  $ ${cli} explain request.curl
  $ pbpaste | ${cli} explain --stage prod
  $ ${cli} explain session.har --entry 3 --json
  $ ${cli} explain --log line.json --body body.bin --signature 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' --query 'order=17'
  $ ${cli} explain request.http --url https://hooks.example.com/dev/messages --token-prompt
`;

export const registerExplain = (command: Command, context: CommandContext): void => {
  command
    .argument('[file]', 'curl command, raw HTTP request or HAR file (default: standard input)')
    .option('--entry <n>', 'which request of a HAR file, or line of a log, counted from 0', wholeNumber(0, 1_000_000))
    .option('--log <file>', 'a log line of ingress instead of a request')
    .option('--body <file>', 'the raw body of the request')
    .option('--signature <value>', 'its X-Twilio-Signature')
    .option('--query <query>', 'its query, byte for byte')
    .option('--content-type <type>', 'its Content-Type')
    .addOption(new Option('--route <route>', 'the route that received it (default: from its path)').choices(routeNames))
    .option('--url <url>', 'the configured URL of the gateway (default: that of the route)')
    .option('--token-prompt', 'ask for the Auth Token instead of reading the secrets')
    .addOption(jsonOption())
    .addHelpText('after', help)
    .action((file: string | undefined, options: ExplainOptions) => explain(file, options, context));
};
