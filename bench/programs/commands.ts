/** The commands that a benchmark program answers. */
export type Commands = Readonly<Record<string, (argument: unknown) => unknown>>;

export type Reply =
  | { readonly kind: 'ready'; readonly value: unknown }
  | { readonly kind: 'result'; readonly value: unknown }
  | { readonly kind: 'error'; readonly message: string };

const reply = (message: Reply): void => void process.send?.(message);
const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

// Over IPC, because the standard streams are discarded.
process.on('uncaughtException', (error) => {
  process.send?.({ kind: 'error', message: describe(error) } satisfies Reply, () => process.exit(1));
});

/** Reports to the parent that the program is ready, then answers one command at a time. Ends with the parent. */
export const serveCommands = (ready: unknown, commands: Commands): void => {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ command, argument }: { readonly command: string; readonly argument: unknown }) => {
    Promise.resolve()
      .then(() => {
        const run = commands[command];
        if (run === undefined) throw new Error(`Unknown command ${command}.`);
        return run(argument);
      })
      .then(
        (value) => reply({ kind: 'result', value }),
        (error: unknown) => reply({ kind: 'error', message: describe(error) }),
      );
  });
  reply({ kind: 'ready', value: ready });
};

/** Microseconds of this process, user and system. */
export const cpuMicroseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
