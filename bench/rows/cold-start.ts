import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ingressEnvironment } from '../environments';
import { atMost, figure } from '../figures';
import { awsEnvironment } from '../processes';
import type { ProgramName } from '../programs';
import { ratios, sample } from '../sampling';
import { apiGatewayEvent, encodeForm, signed, smsForm } from '../webhooks';
import type { Bench, Row } from './bench';

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Runs a process to its end. @throws Error unless it succeeded */
const run = async (bench: Bench, args: readonly string[]): Promise<Cost> => {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    env: {
      ...awsEnvironment,
      ...ingressEnvironment(bench.aws.ready.https, bench.aws.ready.httpsQueue),
      NODE_EXTRA_CA_CERTS: bench.certificateFile,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code] = (await once(child, 'close')) as [number | null];
  const wallMs = performance.now() - startedAt;
  // The last output; the function's log lines precede it.
  const cpu = /\d+$/.exec(output)?.[0];
  if (code !== 0 || cpu === undefined) throw new Error(`${args.join(' ')} ended with ${String(code)}.`);
  return { wallMs, cpuMs: Number(cpu) / 1000 };
};

/** A handler keeps more of the SDK, because it may import any package. */
const bundleGoals = { ingress: atMost(205), consumer: atMost(195), publisher: atMost(240), 'auto-reply': undefined };

const functions = { ours: 'ingress', naive: 'peers/naive-ingress', minimal: 'peers/minimal-ingress' } as const;
type Name = keyof typeof functions | 'empty';
const names: readonly Name[] = ['empty', 'ours', 'naive', 'minimal'];

/**
 * A fresh process loads the bundle and answers its first webhook: it reads the secret and sends to the queue over TLS,
 * each over its own connection, because each AWS service has its own host. The cost of an empty process in the same
 * round is subtracted.
 */
export const coldStart: Row = async (bench) => {
  const form = smsForm();
  const eventFile = join(bench.scratch, 'event.json');
  writeFileSync(eventFile, JSON.stringify(apiGatewayEvent(encodeForm(form), signed(form))));
  const processArguments = (name: Name): readonly string[] => {
    const file = (program: ProgramName) => bench.programs.file(program);
    return name === 'empty'
      ? [file('programs/empty')]
      : [file('programs/cold-start'), file(functions[name]), eventFile];
  };
  const costs: Record<Name, Cost[]> = { empty: [], ours: [], naive: [], minimal: [] };
  for (const name of names) await run(bench, processArguments(name));
  for (let round = 0; round < (bench.quick ? 3 : 25); round += 1) {
    const turn = round % names.length;
    for (const name of [...names.slice(turn), ...names.slice(0, turn)]) {
      costs[name].push(await run(bench, processArguments(name)));
    }
  }
  const netCost = (name: Name, unit: keyof Cost): readonly number[] =>
    costs[name].map((cost, round) => cost[unit] - (costs.empty[round]?.[unit] ?? NaN));
  const note = (unit: keyof Cost): string =>
    (['ours', 'naive', 'minimal'] as const)
      .map((name) => `${name} ${sample(netCost(name, unit)).median.toFixed(0)} ms`)
      .join(', ');
  const bytes = (name: ProgramName): string => bench.programs.bytes(name).toLocaleString('en-US');
  return [
    ...(['wallMs', 'cpuMs'] as const).flatMap((unit) => {
      const kind = unit === 'wallMs' ? 'time' : 'CPU';
      const [ofNaive, ofMinimal] = unit === 'wallMs' ? [0.32, 2.7] : [0.27, 2.5];
      return [
        figure(
          'cold start',
          `${kind}, relative to the naive build`,
          ratios(netCost('ours', unit), netCost('naive', unit)),
          '×',
          {
            goal: atMost(ofNaive),
            note: note(unit),
          },
        ),
        figure(
          'cold start',
          `${kind}, relative to the minimal build`,
          ratios(netCost('ours', unit), netCost('minimal', unit)),
          '×',
          {
            goal: atMost(ofMinimal),
            note: note(unit),
          },
        ),
      ];
    }),
    ...(['ingress', 'consumer', 'publisher', 'auto-reply'] as const).map((name) =>
      figure('bundle', name, bench.programs.bytes(name) / 1000, 'kB', {
        goal: bundleGoals[name],
        note: name === 'ingress' ? `naive ${bytes('peers/naive-ingress')} bytes` : '',
      }),
    ),
  ];
};
