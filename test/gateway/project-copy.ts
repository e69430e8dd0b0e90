import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from './gateway-process';

/** A copy of this project for a test that edits sources. */
export interface ProjectCopy {
  readonly path: string;
  /** Saves a file as many editors do: next to the old one, then renamed. */
  save(file: string, text: string): void;
  /** Makes a file what it is in this project. */
  restore(file: string): void;
  remove(): void;
}

export const projectCopy = (): ProjectCopy => {
  const path = mkdtempSync(join(tmpdir(), 'gateway-project-'));
  for (const folder of [
    'bin',
    'cdk.json',
    'characters',
    'cli',
    'console',
    'handlers',
    'lambda',
    'lib',
    'local',
    'package.json',
    'tsconfig.json',
  ]) {
    cpSync(join(projectRoot, folder), join(path, folder), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(path, 'node_modules'));
  return {
    path,
    save: (file, text) => {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(`${target}~`, text);
      renameSync(`${target}~`, target);
    },
    restore: (file) => cpSync(join(projectRoot, file), join(path, file)),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
};

/** `lib/handlers.ts` with these lines in `registerHandlers`. */
export const handlersModule = (...lines: readonly string[]): string => `
import type { GatewayStack } from './gateway-stack';
export type RegisterHandlers = (gateway: GatewayStack) => void;
export const registerHandlers: RegisterHandlers = (gateway) => {
${lines.join('\n')}
};
`;

/** A handler that logs this text for each event, as the handlers of the library do. */
export const loggingHandler = (text: string): string => `
import { basename } from 'node:path';
export const handler = async ({ Records }: { Records: { body: string }[] }): Promise<void> => {
  for (const { body } of Records) {
    const { id, subject } = JSON.parse(body);
    const line = { service: 'handler-' + basename(process.env.HANDLER_NAME ?? ''), eventId: id, messageSid: subject };
    console.log(JSON.stringify({ ...line, message: '${text}' }));
    console.log(JSON.stringify({ ...line, reason: 'handled', durationMs: 1 }));
  }
};
`;
