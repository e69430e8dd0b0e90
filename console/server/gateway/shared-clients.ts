import type { Backend } from '../../../cli/clients/ports';

/** The result of the first call, or of the first call after one that failed. */
export const once = <T>(open: () => Promise<T>): (() => Promise<T>) => {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
};

/** Opens each client once: a command ends after one call, and a console makes many. */
export const sharedClients = (backend: Backend): Backend => {
  const queues = new Map<string | undefined, ReturnType<Backend['deadLetters']>>();
  return {
    ...backend,
    secrets: once(() => backend.secrets()),
    messages: once(() => backend.messages()),
    events: once(() => backend.events()),
    webhooks: once(() => backend.webhooks()),
    decisions: once(() => backend.decisions()),
    deadLetters: (queue) => {
      const opened = queues.get(queue) ?? backend.deadLetters(queue);
      // A name that no queue has is asked for again, so only a success stays.
      void opened.then(
        () => queues.set(queue, opened),
        () => queues.delete(queue),
      );
      return opened;
    },
  };
};
