import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { devAssembly } from '../helpers/assembly';
import { projectRoot } from './gateway-process';

/** A copy of this project for a test that edits sources. */
export interface ProjectCopy {
  readonly path: string;
  /** Saves a file as many editors do: next to the old one, then renamed. */
  save(file: string, text: string): void;
  /** Makes a file what it is in this project. */
  restore(file: string): void;
  /** Makes the copy what this project is. The next test gets it again. */
  remove(): void;
}

const copied = [
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
];

/** In the directory that the run deletes at its end. */
const copyPath = (): string => join(devAssembly().directory, `project-${process.env['JEST_WORKER_ID'] ?? '0'}`);

const copyOnce = (path: string): void => {
  if (existsSync(path)) return;
  for (const entry of copied) cpSync(join(projectRoot, entry), join(path, entry), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(path, 'node_modules'));
};

let isInUse = false;

/**
 * Each worker of Jest has one copy. Compiled files are cached by their path, so that only the first start in a copy
 * compiles the whole project.
 */
export const projectCopy = (): ProjectCopy => {
  if (isInUse) throw new Error('The copy of the project is in use: remove() it first.');
  isInUse = true;
  const path = copyPath();
  copyOnce(path);
  const saved = new Set<string>();
  const restore = (file: string): void => cpSync(join(projectRoot, file), join(path, file));
  return {
    path,
    save: (file, text) => {
      const target = join(path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(`${target}~`, text);
      renameSync(`${target}~`, target);
      saved.add(file);
    },
    restore,
    remove: () => {
      for (const file of saved) {
        if (existsSync(join(projectRoot, file))) restore(file);
        else rmSync(join(path, file), { force: true });
      }
      for (const entry of readdirSync(path).filter((name) => ![...copied, 'node_modules'].includes(name))) {
        rmSync(join(path, entry), { recursive: true });
      }
      isInUse = false;
    },
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
