import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizeStage } from '../../lib/synthesize';
import { startLocalGateway, type Assembly } from '../../local/gateway';
import { account } from '../webhooks';

// The local gateway with one handler. Run by tsx, in a directory of its own. Argument: the handler's `ordering`.

const [, , ordering = ''] = process.argv;

const start = async (): Promise<void> => {
  const gateway = await startLocalGateway({
    port: 0,
    account,
    assemble: () =>
      // The CDK wrote the template; the local gateway checks the parts that it reads.
      synthesizeStage('dev', join(process.cwd(), 'cdk.out'), (stack) => {
        stack.onMessage('Bench', {
          entry: 'bench/handlers/record-start.ts',
          ordering: ordering === 'none' ? 'none' : 'conversation',
          environment: { STARTS_FILE: join(process.cwd(), 'starts') },
        });
      }) as Assembly,
    onLog: () => undefined,
    onNotice: () => undefined,
  });
  process.once('SIGTERM', () => void gateway.close().then(() => process.exit(0)));
  mkdirSync('.gateway');
  writeFileSync('.gateway/local.json', JSON.stringify(gateway.state));
  process.stdout.write('ready \n');
};

void start();
