import { existsSync, readdirSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

export interface FileWatcher {
  /** Watches these folders and all folders below, and no others. One that does not exist yet is ignored. */
  readonly watch: (folders: readonly string[]) => void;
  readonly close: () => void;
}

/**
 * Calls `onChange` for every change of a file. One watcher for each folder, because the recursive `fs.watch` of Node 20
 * loses a file on Linux once an editor has replaced it.
 */
export const createFileWatcher = (onChange: () => void): FileWatcher => {
  const watchers = new Map<string, FSWatcher>();
  let roots: readonly string[] = [];

  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const update = (): void => {
    const wanted = new Set(roots.flatMap(foldersBelow));
    for (const folder of watchers.keys()) if (!wanted.has(folder)) forget(folder);
    for (const folder of wanted) if (!watchers.has(folder)) add(folder);
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, (event) => {
        // A folder may have been created or deleted.
        if (event === 'rename') update();
        onChange();
      });
      watcher.on('error', () => forget(folder));
      watchers.set(folder, watcher);
    } catch {
      // Deleted in the meantime.
    }
  };

  return {
    watch: (folders) => {
      roots = folders;
      update();
    },
    close: () => {
      roots = [];
      update();
    },
  };
};

const foldersBelow = (folder: string): readonly string[] => {
  if (!existsSync(folder)) return [];
  try {
    const children = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'),
    );
    return [folder, ...children.flatMap(({ name }) => foldersBelow(join(folder, name)))];
  } catch {
    return [];
  }
};
