import { spawn } from 'node:child_process';

/** The program that opens a URL in the user's browser. */
export const browserCommand = (
  platform: NodeJS.Platform,
  url: string,
): { readonly program: string; readonly args: readonly string[] } => {
  if (platform === 'darwin') return { program: 'open', args: [url] };
  // `start` takes the first text in quotes as the title of a window.
  if (platform === 'win32') return { program: 'cmd', args: ['/c', 'start', '""', url] };
  return { program: 'xdg-open', args: [url] };
};

/** @returns false if there is no such program */
export const openBrowser = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { program, args } = browserCommand(process.platform, url);
    const child = spawn(program, args, { detached: true, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
