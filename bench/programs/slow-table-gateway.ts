import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsOfTemplate } from '../../cli/doctor/deployed-limits';
import { synthesizeStage } from '../../lib/synthesize';
import { startLocalGateway, type Assembly, type LocalGateway } from '../../local/gateway';
import { account } from '../webhooks';
import { startSlowProxy } from './slow-proxy';

// The local gateway with a table that takes longer to answer, so that it is known what the consumer drains. Run by tsx,
// in a directory of its own. Argument: milliseconds that are added to each call of the table.

const [, , delayMs = ''] = process.argv;

const start = async (): Promise<void> => {
  const running: { gateway?: LocalGateway } = {};
  const proxy = await startSlowProxy(() => running.gateway?.state.endpoints.dynamodb ?? '', Number(delayMs));
  // The CDK wrote the template; the local gateway checks the parts that it reads.
  const assembly = synthesizeStage('dev', join(process.cwd(), 'cdk.out'), () => undefined) as Assembly;
  running.gateway = await startLocalGateway({
    port: 0,
    account,
    assemble: () => assembly,
    onLog: () => undefined,
    onNotice: () => undefined,
    functionEnvironment: { AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint },
  });
  const { gateway } = running;
  process.once('SIGTERM', () => {
    void gateway.close().then(() => {
      proxy.close();
      process.exit(0);
    });
  });
  mkdirSync('.gateway');
  writeFileSync('.gateway/local.json', JSON.stringify(gateway.state));
  writeFileSync('limits.json', JSON.stringify(limitsOfTemplate(JSON.stringify(assembly.template), '')));
  process.stdout.write('ready \n');
};

void start();
